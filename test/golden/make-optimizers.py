"""Writes optimizers.json: what PyTorch makes of fixed gradients in 20 steps, in float64.

Run: python test/golden/make-optimizers.py   (numpy, torch)
Inputs are float32 numbers, so a float32 implementation starts from exactly the same ones.
"""

import json
import pathlib
import platform

import numpy
import torch
from torch.optim.swa_utils import get_ema_avg_fn

STEPS = 20
LENGTHS = [1, 7, 16, 33]
DECAY = 0.9

random = numpy.random.default_rng(7)
start = [random.normal(0, 0.5, n).astype(numpy.float32) for n in LENGTHS]
gradients = [
    # Sizes from 1e-4 to 1 across the tensors, so that Adam's epsilon and the norm's parts both matter.
    [(random.normal(0, 1, n) * 10.0 ** -k).astype(numpy.float32) for k, n in zip([2, 0, 4, 1], LENGTHS)]
    for _ in range(STEPS)
]

CASES = [
    # name, optimizer, its options, decoupled decay done by hand, clip norm, learning rate falls linearly
    ("sgd", "SGD", dict(lr=0.1), 0, None, False),
    ("momentum", "SGD", dict(lr=0.05, momentum=0.9), 0, None, False),
    ("momentum-decay", "SGD", dict(lr=0.05, momentum=0.9), 0.3, None, False),
    ("nesterov", "SGD", dict(lr=0.05, momentum=0.9, nesterov=True), 0, None, False),
    ("nesterov-clip", "SGD", dict(lr=0.05, momentum=0.9, nesterov=True), 0, 1.5, False),
    ("adam", "Adam", dict(lr=0.01, betas=(0.9, 0.999), eps=1e-8), 0, None, False),
    ("adam-schedule", "Adam", dict(lr=0.02, betas=(0.8, 0.95), eps=1e-5), 0, None, True),
    ("adamw", "AdamW", dict(lr=0.01, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.5), 0, None, False),
    ("adamw-clip", "AdamW", dict(lr=0.01, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1), 0, 0.5, False),
]


def run(kind, options, decay, clip, falling):
    parameters = [torch.nn.Parameter(torch.tensor(x, dtype=torch.float64)) for x in start]
    optimizer = getattr(torch.optim, kind)(parameters, **options)
    ema = get_ema_avg_fn(DECAY)
    average = [torch.zeros_like(p) for p in parameters]
    norms = []
    for t in range(STEPS):
        lr = options["lr"] * (1 - t / STEPS) if falling else options["lr"]
        for group in optimizer.param_groups:
            group["lr"] = lr
        for p, g in zip(parameters, gradients[t]):
            p.grad = torch.tensor(g, dtype=torch.float64)
        if clip is not None:
            norms.append(float(torch.nn.utils.clip_grad_norm_(parameters, clip)))
        if decay:
            for p in parameters:
                p.data.mul_(1 - lr * decay)
        optimizer.step()
        average = [ema(a, p.detach(), t) for a, p in zip(average, parameters)]
    # A moving average from zero holds only 1 - DECAY^STEPS of the weights: the division undoes that.
    average = [a / (1 - DECAY**STEPS) for a in average]
    return [p.tolist() for p in parameters], [a.tolist() for a in average], norms


def schedule(make, steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = make(optimizer)
    factors = []
    for _ in range(steps):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step() if len(factors) < steps else None
    return factors


cases = []
for name, kind, options, decay, clip, falling in CASES:
    parameters, average, norms = run(kind, options, decay, clip, falling)
    cases.append(
        dict(
            name=name,
            optimizer=kind,
            options={k: list(v) if isinstance(v, tuple) else v for k, v in options.items()},
            decay=options.get("weight_decay", decay),
            clipNorm=clip,
            falling=falling,
            parameters=parameters,
            average=average,
        )
    )

rates = torch.optim.lr_scheduler
golden = dict(
    made=dict(
        script="test/golden/make-optimizers.py",
        python=platform.python_version(),
        numpy=numpy.__version__,
        torch=torch.__version__.split("+")[0],
    ),
    averaging=DECAY,
    start=[x.tolist() for x in start],
    gradients=[[g.tolist() for g in step] for step in gradients],
    cases=cases,
    schedules=[
        # Step i of 101 is progress i / 100; OneCycleLR rises until step pct_start * 101 - 1 = 30.
        dict(kind="one-cycle", warmUp=0.3, factors=schedule(lambda o: rates.OneCycleLR(o, 1.0, 101, pct_start=31 / 101), 101)),
        dict(kind="cosine", warmUp=0.0, factors=schedule(lambda o: rates.CosineAnnealingLR(o, 100), 101)),
    ],
)
path = pathlib.Path(__file__).with_name("optimizers.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(f"{path}: {path.stat().st_size} bytes")
