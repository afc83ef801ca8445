"""Writes records/*.json: what PyTorch left behind when it trained the networks below on public tables and images.

Run with PyTorch: python make-records.py DATA, where DATA holds digits, concrete, california, pima (CSV: train.csv with
the target last) and fashion_mnist (IDX, gzipped). Each file is one record, or an array of the records of the folds.
"""

import gzip
import json
import math
import pathlib
import sys

import numpy as np
import torch
from torch import nn

DATA = pathlib.Path(sys.argv[1])
OUT = pathlib.Path(__file__).with_name("records")
torch.set_num_threads(1)


def table(name, without=()):
    head, *rows = [line.rstrip("\n").split(",") for line in open(DATA / name / "train.csv")]
    columns = [i for i, c in enumerate(head) if c not in without]
    rows = [[r[i] for i in columns] for r in rows]
    x = np.array([[float(c) if c else np.nan for c in r[:-1]] for r in rows])
    x = np.where(np.isnan(x), np.nanmedian(x, axis=0), x)
    y = [r[-1] for r in rows]
    return x, y


def labels(y):
    names = sorted(set(y))
    return names, np.array([names.index(v) for v in y])


def images(part, classes):
    def read(kind):
        with gzip.open(DATA / "fashion_mnist" / f"{part}-{kind}.idx.gz") as f:
            raw = f.read()
        return np.frombuffer(raw, np.uint8, offset=16 if kind == "images" else 8)

    y = read("labels")
    x = read("images").reshape(len(y), 784)
    keep = np.isin(y, classes)
    return x[keep] / 255.0, np.searchsorted(classes, y[keep])


def clean(v):
    return float(f"{v:.6g}") if v is not None and math.isfinite(v) else None


def score(net, x, y, task, sd):
    """A Score of src/record/record.ts, in evaluation mode."""
    with torch.no_grad():
        out = net(x)
        if task == "classification":
            terms = (out.argmax(1) != y).double()
        else:
            terms = ((out[:, 0] - y).double() * sd) ** 2
    m, se = terms.mean().item(), terms.std().item() / math.sqrt(len(terms))
    if not math.isfinite(m):
        return None
    value = m if task == "classification" else math.sqrt(m)
    return {"value": clean(value), "count": len(terms), "standardError": clean(se), "share": None if task == "classification" else clean(value / sd)}


def run(train, dev, trainDev=None, *, classes=None, hidden=(64,), epochs=30, rate=1e-3, batch=64, optimizer="adam", seed=0, keep="best", zeros=False, scale=True):
    torch.manual_seed(seed)
    task = "classification" if classes else "regression"
    mean, std = train[0].mean(0), train[0].std(0) + 1e-9
    sd = 1.0 if classes else float(train[1].std(ddof=1))
    center = 0.0 if classes else float(train[1].mean())

    def tensors(part):
        if part is None:
            return None
        x = (part[0] - mean) / std if scale else part[0]
        y = torch.tensor(part[1]) if classes else torch.tensor((part[1] - center) / sd, dtype=torch.float32)
        return torch.tensor(x, dtype=torch.float32), y

    tr, de, td = tensors(train), tensors(dev), tensors(trainDev)
    widths = [tr[0].shape[1], *hidden]
    layers = []
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Linear(a, b), nn.ReLU()]
    net = nn.Sequential(*layers, nn.Linear(widths[-1], len(classes) if classes else 1))
    if zeros:
        for p in net.parameters():
            nn.init.zeros_(p)
    lossOf = nn.CrossEntropyLoss() if classes else (lambda o, y: ((o[:, 0] - y) ** 2).mean())
    opt = torch.optim.Adam(net.parameters(), rate) if optimizer == "adam" else torch.optim.SGD(net.parameters(), rate)
    curve, best, bestEpoch, kept, status = [], math.inf, None, None, "finished"
    for epoch in range(1, epochs + 1):
        losses = []
        order = torch.randperm(len(tr[0]))
        for i in range(0, len(order), batch):
            rows = order[i : i + batch]
            loss = lossOf(net(tr[0][rows]), tr[1][rows])
            opt.zero_grad()
            loss.backward()
            opt.step()
            losses.append(loss.item())
        t, d = score(net, *tr, task, sd), score(net, *de, task, sd)
        with torch.no_grad():
            devLoss = lossOf(net(de[0]), de[1]).item()
        finite = all(map(math.isfinite, losses)) and t is not None and d is not None
        curve.append({
            "epoch": epoch, "step": epoch * math.ceil(len(order) / batch), "seconds": epoch, "learningRate": rate,
            "trainLoss": clean(float(np.mean(losses))), "trainError": t and t["value"], "devError": d and d["value"],
            "devLoss": clean(devLoss), "layers": None,
        })
        if not finite:
            status = "diverged"
            break
        if d["value"] < best:
            best, bestEpoch = d["value"], epoch
            kept = {k: v.clone() for k, v in net.state_dict().items()}
    if kept is not None and keep == "best":
        net.load_state_dict(kept)
    parameters = sum(p.numel() for p in net.parameters())
    return {
        "version": 1, "source": "pytorch", "plan": None, "task": task, "metric": "error" if classes else "rmse",
        "classes": classes, "rows": {"train": len(tr[0]), "dev": len(de[0])}, "status": status, "curve": curve,
        "bestEpoch": bestEpoch, "train": score(net, *tr, task, sd),
        "trainDev": None if td is None else score(net, *td, task, sd), "dev": score(net, *de, task, sd),
        "parameters": parameters, "nonzero": sum(int((p != 0).sum()) for p in net.parameters()), "seconds": None,
    }


def write(name, record):
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(record) + "\n")
    for r in record if isinstance(record, list) else [record]:
        print(name, r["status"], r["bestEpoch"], *(r[k] and (r[k]["value"], r[k]["count"], r[k]["share"]) for k in ("train", "trainDev", "dev")))


def split(x, y, first, seed=0):
    order = np.random.default_rng(seed).permutation(len(x))
    a, b = order[:first], order[first:]
    return (x[a], y[a]), (x[b], y[b])


x, y = table("concrete")
y = np.array([float(v) for v in y])
train, dev = split(x, y, 572)
write("concrete-linear", run(train, dev, hidden=(), epochs=60, rate=1e-2))
write("concrete-diverged", run(train, dev, optimizer="sgd", rate=1.0, hidden=(64, 64), epochs=20))
write("concrete-constant", run(train, dev, zeros=True, hidden=(64, 64), epochs=10))

x, y = table("california", without=("ocean_proximity",))
y = np.array([float(v) for v in y])
train, dev = split(x, y, 11000)
write("california-tuned", run(train, dev, hidden=(128, 128), epochs=30))

x, y = table("digits")
names, y = labels(y)
train, dev = split(x, y, 200)
write("digits-few-rows", run(train, dev, classes=names, hidden=(256, 256), epochs=30))
train, dev = split(x, y, 1000)
write("digits-small-dev", run(train, dev, classes=names, hidden=(128,), epochs=30))
write("digits-unfinished", run(train, dev, classes=names, hidden=(64,), epochs=16, optimizer="sgd", rate=1e-2))
write("digits-tiny-rate", run(train, dev, classes=names, hidden=(64,), epochs=8, optimizer="sgd", rate=1e-7))
write("digits-wide-overtrained", run(train, dev, classes=names, hidden=(256, 256), epochs=40, keep="last"))

x, y = table("pima")
names, y = labels(y)
folds = np.random.default_rng(0).permutation(len(x)) % 5
write("pima-folds", [run((x[folds != k], y[folds != k]), (x[folds == k], y[folds == k]), classes=names, hidden=(16,), epochs=30, seed=k) for k in range(5)])

three = [1, 7, 8]
x, y = images("train", three)
train, trainDev = split(x, y, len(x) * 2 // 3)
held = images("test", three)
names = ["trouser", "sneaker", "bag"]
write("fashion-three", run(train, trainDev, classes=names, hidden=(64,), epochs=8, batch=128))
noisy = held[0] + np.random.default_rng(1).normal(0, 0.6, held[0].shape)
write("fashion-noisy-dev", run(train, (noisy, held[1]), trainDev, classes=names, hidden=(64,), epochs=8, batch=128))
write("fashion-like-dev", run(train, held, trainDev, classes=names, hidden=(64,), epochs=8, batch=128))
