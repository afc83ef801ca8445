"""PyTorch, eager or compiled, with fused SGD; answers requests as ../../lib/peer.ts sends them.

usage: torch_images.py plain|lenet|resnet THREADS eager|compiled
"""

import json
import math
import sys
import time

import torch
import torch.nn.functional as F

name, threads, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]
torch.set_num_threads(threads)
torch.set_flush_denormal(True)
CLASSES, STEPS = 10, 20


def stream(seed, count):
    """The upper 16 bits of a linear congruential generator, as in ../setting.ts."""
    state, numbers = seed, []
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        numbers.append(state >> 16)
    return torch.tensor(numbers)


def conv(x, p, name, stride=1, padding=None):
    weight = p[f"{name}.weight"]
    return F.conv2d(x, weight, p.get(f"{name}.bias"), stride, weight.shape[-1] // 2 if padding is None else padding)


def dense(x, p, name):
    return torch.addmm(p[f"{name}.bias"], x, p[f"{name}.weight"])


def plain(x, p, _):
    x = F.relu(conv(x, p, "stage.0.block.0.convolution"))
    x = F.relu(conv(x, p, "stage.0.block.1.convolution"))
    x = F.relu(conv(F.max_pool2d(x, 2), p, "stage.1.block.0.convolution"))
    return dense(x.mean((2, 3)), p, "output")


def lenet(x, p, _):
    x = F.max_pool2d(F.relu(conv(x, p, "first")), 2)
    x = F.max_pool2d(F.relu(conv(x, p, "second", padding=0)), 2)
    x = F.relu(dense(x.flatten(1), p, "third"))
    return dense(F.relu(dense(x, p, "fourth")), p, "output")


def resnet(x, p, buffers):
    def unit(x, name, stride=1):
        x = conv(x, p, f"{name}.convolution", stride)
        mean, variance = (buffers[f"{name}.normalization.{part}"] for part in ("mean", "variance"))
        return F.batch_norm(x, mean, variance, p[f"{name}.normalization.scale"], p[f"{name}.normalization.bias"], True)

    x = F.relu(unit(x, "stem"))
    for stage in range(3):
        block, stride = f"stage.{stage}.block.0", 1 if stage == 0 else 2
        through = unit(F.relu(unit(x, f"{block}.first", stride)), f"{block}.second")
        x = F.relu(through + (x if stage == 0 else unit(x, f"{block}.projection", stride)))
    return dense(x.mean((2, 3)), p, "output")


def with_bias(name, *shape):
    return {f"{name}.weight": shape, f"{name}.bias": (shape[0] if len(shape) == 4 else shape[1],)}


def normalized(name, *shape):
    affine = {f"{name}.normalization.{part}": (shape[0],) for part in ("scale", "bias")}
    return {f"{name}.convolution.weight": shape, **affine}


def residual(name, inputs, outputs):
    block = {**normalized(f"{name}.first", outputs, inputs, 3, 3), **normalized(f"{name}.second", outputs, outputs, 3, 3)}
    return block if inputs == outputs else {**block, **normalized(f"{name}.projection", outputs, inputs, 1, 1)}


COLOR = dict(side=32, batch=64, center=[121, 112.5, 130], factor=[1 / 64, 1 / 50, 1 / 128])
case = dict(
    plain=dict(
        forward=plain, **COLOR,
        shapes={
            **with_bias("stage.0.block.0.convolution", 32, 3, 3, 3), **with_bias("stage.0.block.1.convolution", 64, 32, 3, 3),
            **with_bias("stage.1.block.0.convolution", 64, 64, 3, 3), **with_bias("output", 64, CLASSES),
        },
    ),
    lenet=dict(
        forward=lenet, side=28, batch=128, center=[100], factor=[1 / 64],
        shapes={
            **with_bias("first", 6, 1, 5, 5), **with_bias("second", 16, 6, 5, 5), **with_bias("third", 400, 120),
            **with_bias("fourth", 120, 84), **with_bias("output", 84, CLASSES),
        },
    ),
    resnet=dict(
        forward=resnet, **COLOR,
        shapes={
            **normalized("stem", 16, 3, 3, 3), **residual("stage.0.block.0", 16, 16), **residual("stage.1.block.0", 16, 32),
            **residual("stage.2.block.0", 32, 64), **with_bias("output", 64, CLASSES),
        },
    ),
)[name]


def start(place, name, shape):
    unit = stream(1000 + place, math.prod(shape)).double() / 32768 - 1
    role = name.split(".")[-1]
    fan_in = math.prod(shape[1:]) if len(shape) == 4 else shape[0]
    values = unit * math.sqrt(6 / fan_in) if role == "weight" else unit / 16 + (1 if role == "scale" else 0)
    return values.float().reshape(shape).requires_grad_()


batch, side, channels = case["batch"], case["side"], len(case["center"])
half = stream(1, batch // 2 * channels * side * side).reshape(batch // 2, channels, side, side) >> 8
per_channel = lambda numbers: torch.tensor(numbers).reshape(1, -1, 1, 1)
# Scaled once, outside of what is timed; fettle scales its bytes in every step.
x = ((torch.cat([half, half]).float() - per_channel(case["center"])) * per_channel(case["factor"])).contiguous()
row = torch.arange(batch)
target = (row % (batch // 2) + row // (batch // 2)) % CLASSES
p = {key: start(i, key, shape) for i, (key, shape) in enumerate(case["shapes"].items())}
norms = [key.rsplit(".", 1)[0] for key in case["shapes"] if key.endswith("normalization.scale")]
buffers = {f"{key}.mean": torch.zeros(case["shapes"][f"{key}.scale"]) for key in norms}
buffers |= {f"{key}.variance": torch.ones(case["shapes"][f"{key}.scale"]) for key in norms}
optimizer = torch.optim.SGD(p.values(), lr=0.01, momentum=0.9, fused=True)


def loss_of(x, target):
    return F.cross_entropy(case["forward"](x, p, buffers), target)


if mode == "compiled":
    loss_of = torch.compile(loss_of)


def step():
    optimizer.zero_grad(set_to_none=True)
    loss = loss_of(x, target)
    loss.backward()
    optimizer.step()
    return loss


def say(line):
    print(json.dumps(line), flush=True)


losses = [step().item() for _ in range(STEPS)]
say({"ready": True, "about": {"torch": torch.__version__, "python": sys.version.split()[0], "mode": mode}})
for line in sys.stdin:
    request = json.loads(line)
    if request["run"] == "losses":
        say({"losses": losses})
        continue
    begun = time.perf_counter()
    for _ in range(request["count"]):
        loss = step()
    say({"ms": (time.perf_counter() - begun) * 1000, "loss": loss.item()})
