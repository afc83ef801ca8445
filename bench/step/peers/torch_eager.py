"""PyTorch in eager mode with fused Adam on one thread; answers requests as ../../lib/peer.ts sends them.

usage: torch_eager.py WIDTHS ROWS BATCH fixed|gathered
"""

import json
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

widths = [int(n) for n in sys.argv[1].split("-")]
rows, batch, gathered = int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "gathered"
torch.set_num_threads(1)
torch.manual_seed(0)
# Moments of dead units decay into subnormal numbers, which are slow; fettle flushes them too.
torch.set_flush_denormal(True)

layers = []
for i, (a, b) in enumerate(zip(widths, widths[1:])):
    layers.append(nn.Linear(a, b))
    if i < len(widths) - 2:
        layers.append(nn.ReLU())
model = nn.Sequential(*layers)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, fused=True)
X = torch.rand(rows, widths[0]) * 2 - 1
Y = torch.arange(rows) % widths[-1]
# The fixed batch holds each row twice with different labels: what cannot be learnt by heart keeps its gradients.
half = torch.arange(batch) % (batch // 2)
x, y = X[half].clone(), (half + torch.arange(batch) // (batch // 2)) % widths[-1]
order = torch.randperm(rows)
steps = 0


def step():
    global steps, order
    if gathered:
        at = steps % (rows // batch) * batch
        if at == 0:
            order = torch.randperm(rows)
        chosen = order[at : at + batch]
        inputs, targets = X[chosen], Y[chosen]
    else:
        inputs, targets = x, y
    steps += 1
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(model(inputs), targets)
    loss.backward()
    optimizer.step()
    return loss


def say(line):
    print(json.dumps(line), flush=True)


for _ in range(50):
    step()
about = {"torch": torch.__version__, "python": sys.version.split()[0], "batch": sys.argv[4]}
say({"ready": True, "about": about})
for line in sys.stdin:
    count = json.loads(line)["count"]
    start = time.perf_counter()
    for _ in range(count):
        loss = step()
    say({"ms": (time.perf_counter() - start) * 1000, "loss": loss.item()})
