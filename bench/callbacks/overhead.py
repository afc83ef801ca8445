"""What the callbacks cost: processor time of trainings with and without them, in turns. Prints JSON.

    node src/cli/main.node.ts callback FRAMEWORK --out bench/callbacks/fettle_FRAMEWORK.py   (keras, lightning, pytorch)
    OMP_NUM_THREADS=1 KERAS_BACKEND=torch taskset -c 0 python bench/callbacks/overhead.py FRAMEWORK mlp|cnn [PAIRS] [SECONDS]
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
framework, kind = sys.argv[1:3]
pairs, seconds = int((sys.argv + ["5"])[3]), float((sys.argv + ["5", "20"])[4] if len(sys.argv) > 4 else 20)
path = str(Path(tempfile.mkdtemp()) / "record.json")
rows = 10_000 if kind == "mlp" else 3000
rng = np.random.default_rng(0)
shape = (784,) if kind == "mlp" else (1, 28, 28)
x = rng.normal(size=(rows + rows // 5, *shape)).astype(np.float32)
y = (x.reshape(len(x), -1)[:, :50].sum(1) // 5).clip(-5, 4).astype(np.int64) + 5
train, dev = (x[:rows], y[:rows]), (x[rows:], y[rows:])


def torch_model():
    torch.manual_seed(0)
    if kind == "mlp":
        return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10))
    conv = [nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1)]
    return nn.Sequential(*conv, nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(32 * 49, 10))


def loader(part, shuffle):
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*map(torch.tensor, part)), 64, shuffle=shuffle)


def pytorch(epochs, watched):
    from fettle_pytorch import FettleRecorder

    model, data, dev_data, loss_fn = torch_model(), loader(train, True), loader(dev, False), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters())
    recorder = FettleRecorder(model, loss_fn, optimizer, data, dev_data, path=path) if watched else None
    for _ in range(epochs):
        model.train()
        for a, b in data:
            optimizer.zero_grad()
            loss = loss_fn(model(a), b)
            loss.backward()
            optimizer.step()
            if watched:
                recorder.step(loss)
        model.eval()
        with torch.no_grad():  # what every loop does
            for a, b in dev_data:
                (model(a).argmax(1) == b).float().mean().item()
        if watched:
            recorder.epoch()
    if watched:
        recorder.finish()


def lightning(epochs, watched):
    import lightning as L
    from fettle_lightning import FettleCallback

    class Net(L.LightningModule):
        def __init__(self):
            super().__init__()
            self.net = torch_model()

        def forward(self, a):
            return self.net(a)

        def training_step(self, batch, _):
            return F.cross_entropy(self(batch[0]), batch[1])

        def validation_step(self, batch, _):
            self.log("val_loss", F.cross_entropy(self(batch[0]), batch[1]))

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters())

    L.Trainer(
        max_epochs=epochs, callbacks=[FettleCallback(path)] if watched else [], logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False, accelerator="cpu",
    ).fit(Net(), loader(train, True), loader(dev, False))  # fmt: skip


def keras(epochs, watched):
    import keras
    from fettle_keras import FettleCallback

    keras.utils.set_random_seed(0)
    layers = keras.layers
    if kind == "mlp":
        body = [layers.Dense(256, "relu"), layers.Dense(256, "relu")]
        parts = train, dev
    else:
        body = [layers.Conv2D(16, 3, padding="same"), layers.BatchNormalization(), layers.ReLU(), layers.MaxPooling2D()]
        body += [layers.Conv2D(32, 3, padding="same"), layers.BatchNormalization(), layers.ReLU(), layers.MaxPooling2D(), layers.Flatten()]
        parts = [(a.transpose(0, 2, 3, 1), b) for a, b in (train, dev)]
    model = keras.Sequential([layers.Input(parts[0][0].shape[1:]), *body, layers.Dense(10, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    calls = [FettleCallback(*parts[0], validation_data=parts[1], path=path)] if watched else []
    model.fit(*parts[0], epochs=epochs, batch_size=64, verbose=0, validation_data=parts[1], callbacks=calls)


def cost(epochs, watched):
    began = time.process_time()
    globals()[framework](epochs, watched)
    return time.process_time() - began


cost(1, True)
epochs = max(2, round(seconds / cost(1, False)))
ratios, points = [], 0
for i in range(pairs):
    order = (False, True) if i % 2 == 0 else (True, False)
    found = {watched: cost(epochs, watched) for watched in order}
    ratios.append(found[True] / found[False] - 1)
record = json.loads(Path(path).read_text())
print(json.dumps({
    "framework": framework, "network": kind, "epochs": epochs, "seconds": round(found[False], 1), "points": len(record["curve"]),
    "overhead": [round(100 * r, 2) for r in ratios], "median": round(100 * statistics.median(ratios), 2),
}))  # fmt: skip
