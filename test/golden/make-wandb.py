"""Writes test/fixtures/logs/wandb: run files of real trainings by W&B itself in offline mode, and exports of them.

Made with Python 3.11 and the versions in test/fixtures/logs/wandb/versions.json:
    pip install torch lightning keras transformers accelerate pandas wandb
    python test/golden/make-wandb.py
No test needs Python: the files are kept.

What is real: the run files, written by wandb.init(mode="offline") and by the integrations of Keras, Lightning and
Transformers. What is derived: exports that only W&B's server gives are made of the rows in the run file `loop`, read back
with W&B's own message classes. history.* hold the rows as scan_history() and history() give them. chart*.csv have the
columns of a chart's export in the web page as in exports that people published: Step, then `run - metric`,
`run - metric__MIN`, `run - metric__MAX` for each run, all cells quoted, empty where a run has no value. The real export
also thins out runs of more than 1,500 steps.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "fixtures" / "logs" / "wandb"
WORK = OUT / "work"
os.environ.update(
    WANDB_MODE="offline", WANDB_SILENT="true", WANDB_DIR=str(WORK), WANDB_CONSOLE="off", WANDB_DISABLE_GIT="true", WANDB_X_DISABLE_STATS="true",
    WANDB_DISABLE_CODE="true", WANDB_X_DISABLE_META="true", WANDB_X_DISABLE_MACHINE_INFO="true", WANDB_USERNAME="somebody", WANDB_HOST="host",
    CUDA_VISIBLE_DEVICES="", KERAS_BACKEND="torch", TOKENIZERS_PARALLELISM="false",
)
import numpy as np


def moons(rows, seed, noise):
    """Two interleaved half circles; `noise` is the share of labels that are flipped."""
    random = np.random.default_rng(seed)
    angle = random.uniform(0, np.pi, rows)
    label = random.integers(0, 2, rows)
    x = np.stack([np.cos(angle) * (1 - 2 * label) + label, np.sin(angle) * (1 - 2 * label) + label / 2], 1)
    x = (x + random.normal(0, 0.1, x.shape)).astype(np.float32)
    flipped = random.random(rows) < noise
    return x, np.where(flipped, 1 - label, label).astype(np.int64)


def keep(name):
    # The service that writes the file may be a little behind.
    time.sleep(3)
    (file,) = [file for file in WORK.rglob("run-*.wandb") if file.stem == f"run-{name}"]
    target = OUT / f"offline-run-{name}" / file.name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)


def rows_of(name):
    """The rows of a run file, read with W&B's message classes; only for files within one block of 32 kB."""
    from wandb.proto import wandb_internal_pb2 as messages

    data = (OUT / f"offline-run-{name}" / f"run-{name}.wandb").read_bytes()
    at, rows = 7, []
    while at < len(data):
        length = int.from_bytes(data[at + 4 : at + 6], "little")
        record = messages.Record()
        record.ParseFromString(data[at + 7 : at + 7 + length])
        at += 7 + length
        if record.WhichOneof("record_type") != "history":
            continue
        row = {}
        for item in record.history.item:
            value = json.loads(item.value_json)
            *folders, last = list(item.nested_key) or [item.key]
            inner = row
            for folder in folders:
                inner = inner.setdefault(folder, {})
            inner[last] = value
        rows.append(row)
    return rows


def loop():
    """As in W&B's first example, with an inner dictionary and a histogram."""
    import wandb

    run = wandb.init(project="moons", name="small", id="loop", config={"lr": 0.1})
    for epoch in range(1, 13):
        accuracy = 1 - 0.2 - 0.4 * 0.8**epoch
        run.log({"epoch": epoch, "train/loss": 0.7 * 0.8**epoch + 0.2, "train/accuracy": accuracy, "val": {"accuracy": accuracy - 0.08 + 0.05 * 0.8**epoch}})
    run.log({"weights": wandb.Histogram(np.linspace(-1, 1, 100), num_bins=8)})
    run.finish()
    keep("loop")


def killed():
    """Diverges, logs long texts, and is killed: W&B writes whole blocks only, so its last rows are lost."""
    import wandb

    run = wandb.init(project="moons", name="killed", id="killed")
    for step in range(10):
        run.log({"loss": 2.0 * 3**step if step < 6 else float("nan"), **({"notes": "x" * 20_000} if step in (1, 9) else {})})
    keep("killed")
    os._exit(1)


def keras_run():
    import keras
    import wandb
    from wandb.integration.keras import WandbMetricsLogger

    keras.utils.set_random_seed(1)
    run = wandb.init(project="moons", name="keras", id="keras")
    model = keras.Sequential([keras.layers.Dense(16, "relu"), keras.layers.Dense(1, "sigmoid")])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
    model.fit(*moons(300, 1, 0.1), validation_data=moons(300, 2, 0.1), epochs=8, verbose=0, callbacks=[WandbMetricsLogger()])
    run.finish()
    keep("keras")


def lightning_run():
    import lightning
    import torch
    from lightning.pytorch.loggers import WandbLogger

    class Net(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.layers = torch.nn.Sequential(torch.nn.Linear(2, 64), torch.nn.ReLU(), torch.nn.Linear(64, 2))

        def both(self, batch, name):
            x, y = batch
            out = self.layers(x)
            loss = torch.nn.functional.cross_entropy(out, y)
            self.log(f"{name}_loss", loss, on_step=False, on_epoch=True)
            self.log(f"{name}_acc", (out.argmax(1) == y).float().mean(), on_step=False, on_epoch=True)
            return loss

        def training_step(self, batch, _):
            return self.both(batch, "train")

        def validation_step(self, batch, _):
            self.both(batch, "val")

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), 0.01)

    def loader(rows, seed, shuffle):
        x, y = moons(rows, seed, 0.1)
        return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y)), 30, shuffle=shuffle)

    lightning.seed_everything(1, verbose=False)
    logger = WandbLogger(project="moons", name="lightning", id="lightning", offline=True, save_dir=WORK)
    lightning.Trainer(
        max_epochs=8, logger=logger, log_every_n_steps=5, enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False, accelerator="cpu",
    ).fit(Net(), loader(300, 1, True), loader(300, 2, False))
    logger.experiment.finish()
    keep("lightning")


def transformers_run():
    import torch
    import wandb
    from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

    config = BertConfig(vocab_size=32, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, max_position_embeddings=16)

    def rows(count, seed):
        random = np.random.default_rng(seed)
        words = random.integers(0, 32, (count, 8))
        return [{"input_ids": w.tolist(), "labels": int(w.sum() > 124)} for w in words]

    torch.manual_seed(1)
    run = wandb.init(project="moons", name="transformers", id="transformers")
    args = TrainingArguments(
        "hf", num_train_epochs=4, per_device_train_batch_size=16, learning_rate=3e-3, eval_strategy="epoch", save_strategy="no", logging_steps=8, report_to=["wandb"], disable_tqdm=True, use_cpu=True,
    )
    Trainer(
        BertForSequenceClassification(config), args, train_dataset=rows(256, 1), eval_dataset=rows(128, 2),
        compute_metrics=lambda p: {"accuracy": float((p.predictions.argmax(-1) == p.label_ids).mean())},
    ).train()
    run.finish()
    keep("transformers")


def exports():
    import pandas

    rows = rows_of("loop")
    # scan_history() gives a row's inner dictionaries as names with dots.
    flat = [{**{k: v for k, v in row.items() if k != "val"}, **({"val.accuracy": row["val"]["accuracy"]} if "val" in row else {})} for row in rows]
    (OUT / "history.json").write_text(json.dumps(flat, indent=1) + "\n")
    (OUT / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in flat))
    table = pandas.DataFrame([{k: v for k, v in row.items() if k != "weights"} for row in flat])
    table.to_csv(OUT / "history.csv")
    table.to_json(OUT / "history-columns.json")
    summary = {key: value for row in rows for key, value in row.items()} | {"_wandb": {"runtime": 1}}
    (OUT / "summary/files").mkdir(parents=True, exist_ok=True)
    (OUT / "summary/files/wandb-summary.json").write_text(json.dumps(summary))
    # One chart per metric, as W&B exports them; the second run is 0.05 worse and one epoch longer.
    for name, metric in (("accuracy", "train/accuracy"), ("val", "val.accuracy")):
        runs = [("small - lr 0.1", 0, 12), ("other", 0.05, 11)]
        with open(OUT / f"chart-{name}.csv", "w", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow(["Step", *[f"{run} - {metric}{suffix}" for run, _, _ in runs for suffix in ("", "__MIN", "__MAX")]])
            for row in flat[:12]:
                cells = [[row[metric] - worse] * 3 if row["_step"] < last else [""] * 3 for _, worse, last in runs]
                writer.writerow([row["_step"], *[cell for three in cells for cell in three]])


def main():
    if len(sys.argv) > 1:
        WORK.mkdir(parents=True, exist_ok=True)
        os.chdir(WORK)
        globals()[sys.argv[1]]()
        return
    shutil.rmtree(OUT, ignore_errors=True)
    for name in ("loop", "killed", "keras_run", "lightning_run", "transformers_run", "exports"):
        code = subprocess.run([sys.executable, Path(__file__).resolve(), name]).returncode
        if code != (1 if name == "killed" else 0):
            raise SystemExit(f"{name} failed")
    shutil.rmtree(WORK)
    from importlib.metadata import version

    packages = ["wandb", "keras", "lightning", "transformers", "torch", "pandas"]
    (OUT / "versions.json").write_text(json.dumps({name: version(name) for name in packages}, indent=2) + "\n")


main()
