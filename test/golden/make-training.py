"""Writes training.json: 20 training steps of small networks in PyTorch, in float64, from given weights on given batches.

Run: python test/golden/make-training.py   (torch)
Weights, data and targets have few digits and are rounded to float32, so every implementation starts from the same ones.
"""

import json
import math
import pathlib
import platform

import torch
import torch.nn.functional as F

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)
STEPS, ROWS, WIDTH, BATCH = 20, 48, 5, 12


def short(tensor, digits=9):
    return [float(f"{x:.{digits}g}") for x in tensor.detach().reshape(-1).tolist()]


def exact(tensor):
    """Few digits, then float32."""
    return tensor.round(decimals=3).float().double()


x = exact(torch.randn(ROWS, WIDTH) * 1.2)
batches = [torch.randperm(ROWS)[:BATCH] for _ in range(STEPS)]
signal = x @ torch.randn(WIDTH, 3) + torch.sin(2 * x[:, :3]) + 0.5 * torch.randn(ROWS, 3)
classes = (signal + torch.tensor([1.5, 0, 0])).argmax(1)
binary = (signal[:, 0] > 0.6).long()
numbers = exact(20 + 4 * signal[:, 0])
mean, deviation = 20.5, 5.25


def dense(parameters, name, inputs, outputs, bias=True):
    parameters[f"{name}.weight"] = exact(torch.randn(inputs, outputs) / math.sqrt(inputs))
    if bias:
        parameters[f"{name}.bias"] = exact(torch.randn(outputs) * 0.1)


def start(hidden, outputs, normalization):
    parameters, buffers = {}, {}
    inputs = WIDTH
    for i, width in enumerate(hidden):
        dense(parameters, f"hidden.{i}", inputs, width, normalization != "batch")
        if normalization != "none":
            parameters[f"hidden.{i}.normalization.scale"] = exact(1 + torch.randn(width) * 0.1)
            parameters[f"hidden.{i}.normalization.bias"] = exact(torch.randn(width) * 0.1)
        if normalization == "batch":
            buffers[f"hidden.{i}.normalization.mean"] = torch.zeros(width)
            buffers[f"hidden.{i}.normalization.variance"] = torch.ones(width)
        inputs = width
    dense(parameters, "output", inputs, outputs)
    return parameters, buffers


def forward(rows, hidden, activation, normalization, p, buffers):
    for i in range(len(hidden)):
        name = f"hidden.{i}"
        rows = rows @ p[f"{name}.weight"]
        if f"{name}.bias" in p:
            rows = rows + p[f"{name}.bias"]
        if normalization == "layer":
            rows = F.layer_norm(rows, rows.shape[1:], p[f"{name}.normalization.scale"], p[f"{name}.normalization.bias"])
        if normalization == "batch":
            statistics = [buffers[f"{name}.normalization.{part}"] for part in ("mean", "variance")]
            scale = p[f"{name}.normalization.scale"]
            rows = F.batch_norm(rows, *statistics, scale, p[f"{name}.normalization.bias"], training=True)
        rows = activation(rows)
    return rows @ p["output.weight"] + p["output.bias"]


def cross_entropy(output, rows):
    """Smoothed targets, and each row times the weight of its class, N / (K count)."""
    target = (1 - 0.1) * F.one_hot(classes[rows], 3) + 0.1 / 3
    weights = ROWS / (3 * torch.bincount(classes, minlength=3))
    return (F.cross_entropy(output, target, reduction="none") * weights[classes[rows]]).mean()


def standardized(rows):
    return (numbers[rows] - mean) / deviation


CASES = [
    dict(
        name="cross-entropy", hidden=[8, 6], outputs=3, activation="relu", normalization="none", target=classes,
        loss=cross_entropy, optimizer=torch.optim.AdamW, options=dict(lr=0.01, betas=(0.9, 0.95)), decay=0.1,
    ),
    dict(
        name="mse", hidden=[10], outputs=1, activation="selu", normalization="none", target=numbers,
        loss=lambda output, rows: F.mse_loss(output[:, 0], standardized(rows)),
        optimizer=torch.optim.SGD, options=dict(lr=0.02, momentum=0.9, nesterov=True), decay=0,
    ),
    dict(
        name="binary-cross-entropy", hidden=[6, 6], outputs=1, activation="tanh", normalization="batch", target=binary,
        loss=lambda output, rows: F.binary_cross_entropy_with_logits(output[:, 0], binary[rows].double()),
        optimizer=torch.optim.Adam, options=dict(lr=0.02, betas=(0.9, 0.999)), decay=0,
    ),
    dict(
        name="huber", hidden=[8, 8], outputs=1, activation="gelu", normalization="layer", target=numbers,
        loss=lambda output, rows: F.huber_loss(output[:, 0], standardized(rows), delta=0.5),
        optimizer=torch.optim.SGD, options=dict(lr=0.05, momentum=0.8), decay=0, clip=0.2, averaging=0.9,
    ),
]


def run(name, hidden, outputs, activation, normalization, target, loss, optimizer, options, decay, clip=None, averaging=0):
    torch.manual_seed(len(name))
    values, buffers = start(hidden, outputs, normalization)
    initial = {key: short(value) for key, value in values.items()}
    p = {key: value.clone().requires_grad_() for key, value in values.items()}
    groups = [dict(params=[v]) for v in p.values()]
    if decay:
        groups = [dict(params=[v], weight_decay=decay if k.endswith("weight") else 0) for k, v in p.items()]
    stepper = optimizer(groups, **options)
    losses, rates = [], []
    average = {key: torch.zeros_like(value) for key, value in values.items()}
    for t, rows in enumerate(batches):
        rates.append(round(options["lr"] * (1 - 0.5 * t / STEPS), 9))
        for group in stepper.param_groups:
            group["lr"] = rates[-1]
        stepper.zero_grad()
        value = loss(forward(x[rows], hidden, getattr(F, activation), normalization, p, buffers), rows)
        losses.append(value.item())
        value.backward()
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(list(p.values()), clip)
        stepper.step()
        for key in average:
            average[key] = averaging * average[key] + (1 - averaging) * p[key].detach()
    kind = stepper.__class__.__name__.lower()
    return dict(
        name=name, hidden=hidden, activation=activation, normalization=normalization, optimizer=kind,
        options={k: list(v) if isinstance(v, tuple) else v for k, v in options.items()},
        decay=decay, clipNorm=clip, averaging=averaging, target=short(target), rates=rates, start=initial,
        losses=[float(f"{v:.9g}") for v in losses],
        parameters={key: short(value) for key, value in p.items()},
        # A moving average from zero holds only 1 - averaging^STEPS of the weights: the division undoes that.
        average={key: short(value / (1 - averaging**STEPS)) for key, value in average.items()} if averaging else None,
        buffers={key: short(value) for key, value in buffers.items()},
    )


golden = dict(
    made=dict(
        script="test/golden/make-training.py",
        python=platform.python_version(),
        torch=torch.__version__.split("+")[0],
    ),
    width=WIDTH, x=short(x), batches=[rows.tolist() for rows in batches],
    targetMean=mean, targetDeviation=deviation,
    cases=[run(**case) for case in CASES],
)
path = pathlib.Path(__file__).with_name("training.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(f"{path}: {path.stat().st_size} bytes")
