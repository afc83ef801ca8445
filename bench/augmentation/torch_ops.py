"""PyTorch's tensor operations on the same batches of bytes on one thread, whole batches at a time, without torchvision;
answers requests as ../lib/peer.ts sends them.

usage: torch_ops.py BATCH CHANNELS HEIGHT WIDTH
"""

import json
import math
import sys
import time

import torch
import torch.nn.functional as F

batch, channels, height, width = (int(n) for n in sys.argv[1:5])
torch.set_num_threads(1)
torch.manual_seed(0)
rows = 4096
images = torch.randint(0, 256, (rows, channels, height, width), dtype=torch.uint8)
most = (round(height / 8), round(width / 8))
mix = torch.distributions.Beta(0.2, 0.2)


def gathered():
    return images[torch.randint(0, rows, (batch,))]


def flipped(x):
    mirrored = (torch.rand(batch) < 0.5)[:, None, None, None]
    return torch.where(mirrored, x.flip(3), x)


def shifted(x):
    down, right = most
    padded = F.pad(x, (right, right, down, down), value=127)
    top = torch.randint(0, 2 * down + 1, (batch, 1)) + torch.arange(height)
    left = torch.randint(0, 2 * right + 1, (batch, 1)) + torch.arange(width)
    at = torch.arange(batch)[:, None, None]
    # Advanced indices around a slice come first: [batch, height, width, channels].
    return padded[at, :, top[:, :, None], left[:, None, :]].permute(0, 3, 1, 2)


def rotated(x):
    angle = (torch.rand(batch) * 2 - 1) * math.radians(10)
    c, s, zero = torch.cos(angle), torch.sin(angle), torch.zeros(batch)
    theta = torch.stack([torch.stack([c, s, zero], 1), torch.stack([-s, c, zero], 1)], 1)
    grid = F.affine_grid(theta, list(x.shape), align_corners=False)
    sampled = F.grid_sample(x.float() - 127, grid, mode="bilinear", align_corners=False)
    return (sampled + 127).round().to(torch.uint8)


def mixed(x):
    share = mix.sample().item()
    values = x.float()
    return (share * values + (1 - share) * values.flip(0)).round().to(torch.uint8)


cases = {
    "none": gathered,
    "horizontalFlip": lambda: flipped(gathered()),
    "flips and shifts": lambda: shifted(flipped(gathered())),
    "rotation": lambda: rotated(gathered()),
    "mixup": lambda: mixed(gathered()),
}


def say(line):
    print(json.dumps(line), flush=True)


for case in cases.values():
    for _ in range(20):
        case()
say({"ready": True, "about": {"torch": torch.__version__, "python": sys.version.split()[0]}})
for line in sys.stdin:
    request = json.loads(line)
    case = cases[request["augmentation"]]
    start = time.perf_counter()
    for _ in range(request["count"]):
        case()
    say({"ms": (time.perf_counter() - start) * 1000})
