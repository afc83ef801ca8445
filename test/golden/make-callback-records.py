"""Writes callbacks/FRAMEWORK/CASE.json: records that the files of `fettle callback` wrote in real trainings.

Made with Python 3.11 and the versions in callbacks/versions.json:
    pip install torch lightning keras numpy
    python test/golden/make-callback-records.py [FOLDER]
Keras runs on PyTorch. FOLDER is where the records go, by default beside this file. No test needs Python: the records are kept.
"""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
os.environ.update(KERAS_BACKEND="torch", CUDA_VISIBLE_DEVICES="")
import numpy as np

CASES = {
    "healthy": dict(hidden=[64], epochs=20),
    "high-rate": dict(hidden=[64, 64], rate=1.0, epochs=6),
    "dead-units": dict(hidden=[64, 64], bias=-10.0, epochs=6),
    "deep-sigmoid": dict(hidden=[32] * 8, activation="sigmoid", epochs=6),
    "few-rows": dict(hidden=[256, 256], rows=100, rate=3e-3, epochs=25),
    "squares-of-classes": dict(hidden=[64], loss="mse", epochs=10),
}


def digits(part):
    rows = list(csv.reader(open(ROOT / "examples/data/digits" / f"{part}.csv")))[1:]
    x = np.array([[float(cell) for cell in row[:-1]] for row in rows], np.float32) / 16
    names = sorted({row[-1] for row in rows})
    return x, np.array([names.index(row[-1]) for row in rows], np.int64)


def data(rows=None, **_):
    (x, y), dev = digits("train"), digits("test")
    order = np.random.default_rng(1).permutation(len(y))[:rows]
    return (x[order], y[order]), dev


def torch_model(hidden, bias=None, activation="relu", **_):
    from torch import nn

    layers, width = [], 64
    for units in hidden:
        layers += [nn.Linear(width, units), nn.ReLU() if activation == "relu" else nn.Sigmoid()]
        if bias is not None:
            nn.init.constant_(layers[-2].bias, bias)
        width = units
    return nn.Sequential(*layers, nn.Linear(width, 10))


def pytorch(case, path, epochs, rate=1e-3, loss=None, **options):
    import torch
    from fettle_pytorch import FettleRecorder

    torch.manual_seed(1)
    (x, y), dev = data(**options)
    model = torch_model(**options)
    optimizer = torch.optim.AdamW(model.parameters(), rate)
    cross_entropy = torch.nn.CrossEntropyLoss()

    def squares(outputs, targets):
        return torch.nn.functional.mse_loss(outputs, torch.nn.functional.one_hot(targets, 10).float())

    loss_fn = squares if loss == "mse" else cross_entropy
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y)), 32, shuffle=True)
    recorder = FettleRecorder(model, loss_fn, optimizer, loader, dev, path=path, every=4)
    for _ in range(epochs):
        for inputs, targets in loader:
            optimizer.zero_grad()
            value = loss_fn(model(inputs), targets)
            value.backward()
            optimizer.step()
            recorder.step(value)
        recorder.epoch()
    recorder.finish()


def lightning(case, path, epochs, rate=1e-3, loss=None, **options):
    import lightning as L
    import torch
    from fettle_lightning import FettleCallback
    from torch.nn import functional as F

    class Net(L.LightningModule):
        def __init__(self):
            super().__init__()
            self.net = torch_model(**options)

        def forward(self, x):
            return self.net(x)

        def training_step(self, batch, _):
            x, y = batch
            value = F.mse_loss(self(x), F.one_hot(y, 10).float()) if loss == "mse" else F.cross_entropy(self(x), y)
            self.log("loss", value)
            return value

        def validation_step(self, batch, _):
            self.log("val_loss", F.cross_entropy(self(batch[0]), batch[1]))

        def configure_optimizers(self):
            return torch.optim.AdamW(self.parameters(), rate)

    def loader(rows, shuffle):
        return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*map(torch.tensor, rows)), 32, shuffle=shuffle)

    L.seed_everything(1, verbose=False)
    train, dev = data(**options)
    L.Trainer(
        max_epochs=epochs, callbacks=[FettleCallback(path, every=4)], logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False, accelerator="cpu",
    ).fit(Net(), loader(train, True), loader(dev, False))  # fmt: skip


def keras(case, path, epochs, rate=1e-3, loss=None, hidden=(), bias=None, activation="relu", **options):
    import keras
    from fettle_keras import FettleCallback

    keras.utils.set_random_seed(1)
    train, dev = data(**options)
    start = "zeros" if bias is None else keras.initializers.Constant(bias)
    model = keras.Sequential([keras.layers.Input((64,))])
    for units in hidden:
        model.add(keras.layers.Dense(units, activation, bias_initializer=start))
    model.add(keras.layers.Dense(10, "softmax"))
    if loss == "mse":
        train, dev = [(x, keras.utils.to_categorical(y, 10)) for x, y in (train, dev)]
    model.compile(keras.optimizers.AdamW(rate), "mse" if loss == "mse" else "sparse_categorical_crossentropy")
    task = "classification" if loss == "mse" else None
    model.fit(*train, epochs=epochs, batch_size=32, verbose=0, validation_data=dev, callbacks=[
        keras.callbacks.EarlyStopping(patience=50, restore_best_weights=True),
        FettleCallback(*train, validation_data=dev, path=path, task=task, every=4),
    ])  # fmt: skip


def same_as_fettle(out):
    """Full batches from given weights, which fettle's own engine then trains too."""
    import torch
    from fettle_pytorch import FettleRecorder

    torch.manual_seed(2)
    found = []
    for name, activation, width in (("classes", torch.nn.Tanh, 3), ("number", torch.nn.ReLU, 1)):
        x = torch.randn(40, 5)
        y = (x[:, :3] + 0.3 * torch.randn(40, 3)).argmax(1) if width == 3 else (x[:, 0] * 2 - x[:, 1] ** 2 + 1.5)
        model = torch.nn.Sequential(torch.nn.Linear(5, 7), activation(), torch.nn.Linear(7, 6), activation(), torch.nn.Linear(6, width))
        start = [p.detach().t().reshape(-1).tolist() if p.dim() == 2 else p.detach().tolist() for p in model.parameters()]
        loss_fn = torch.nn.CrossEntropyLoss() if width == 3 else torch.nn.MSELoss()
        optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.5)
        recorder = FettleRecorder(model, loss_fn, optimizer, (x, y), path=out / "part.json", every=1)
        for _ in range(9):
            for _ in range(1):
                optimizer.zero_grad()
                value = loss_fn(model(x) if width == 3 else model(x)[:, 0], y)
                value.backward()
                optimizer.step()
                recorder.step(value)
            recorder.epoch()
        recorder.finish()
        record = json.loads((out / "part.json").read_text())
        found.append(dict(name=name, x=x.reshape(-1).tolist(), y=y.tolist(), start=start, record=record))
    (out / "part.json").unlink()
    (out / "same-as-fettle.json").write_text(json.dumps(shortened(found)))


def shortened(value, digits=7):
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, dict):
        return {key: shortened(inner, digits) for key, inner in value.items()}
    return [shortened(inner, digits) for inner in value] if isinstance(value, list) else value


def main():
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("callbacks")
    modules = out / "modules"
    sys.path.insert(0, str(modules))
    if len(sys.argv) > 2:
        framework = sys.argv[2]
        if framework == "same_as_fettle":
            return same_as_fettle(out)
        for case, options in CASES.items():
            path = out / framework / f"{case}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            globals()[framework](case, path, **options)
            path.write_text(json.dumps(shortened(json.loads(path.read_text()), 5), separators=(",", ":")) + "\n")
        return
    modules.mkdir(parents=True, exist_ok=True)
    for framework in ("keras", "lightning", "pytorch"):
        command = ["node", str(ROOT / "src/cli/main.node.ts"), "callback", framework, "--out", str(modules / f"fettle_{framework}.py")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "NODE_NO_WARNINGS": "1"})
    for part in ("keras", "lightning", "pytorch", "same_as_fettle"):
        subprocess.run([sys.executable, __file__, str(out), part], check=True)
    import shutil
    from importlib.metadata import version

    shutil.rmtree(modules)
    versions = {name: version(name) for name in ("torch", "lightning", "keras", "numpy")}
    (out / "versions.json").write_text(json.dumps(versions, indent=2) + "\n")


main()
