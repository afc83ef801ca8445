"""Writes test/fixtures/logs: small logs of real trainings, by the frameworks themselves.

Made with Python 3.11 and the versions in test/fixtures/logs/versions.json:
    pip install torch lightning tensorboard mlflow-skinny keras tensorflow-cpu transformers accelerate
    python test/golden/make-logs.py
No test needs Python: the files are kept.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", KERAS_BACKEND="tensorflow", MLFLOW_ALLOW_FILE_STORE="true")
import numpy as np

OUT = Path(__file__).parent.parent / "fixtures" / "logs"
WORK = OUT / "work"


def moons(rows, seed, noise):
    """Two interleaved half circles; `noise` is the share of labels that are flipped."""
    random = np.random.default_rng(seed)
    angle = random.uniform(0, np.pi, rows)
    label = random.integers(0, 2, rows)
    x = np.stack([np.cos(angle) * (1 - 2 * label) + label, np.sin(angle) * (1 - 2 * label) + label / 2], 1)
    x = (x + random.normal(0, 0.1, x.shape)).astype(np.float32)
    flipped = random.random(rows) < noise
    return x, np.where(flipped, 1 - label, label).astype(np.int64)


def keep(source, name):
    target = OUT / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def keras_logs():
    import keras

    def run(name, train, dev, width, epochs, rate, regression=False, board=False):
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.layers.Dense(width, "relu"), keras.layers.Dense(width, "relu"), keras.layers.Dense(1, None if regression else "sigmoid")])
        model.compile(
            optimizer=keras.optimizers.SGD(rate) if regression else keras.optimizers.Adam(rate),
            loss="mse" if regression else "binary_crossentropy",
            metrics=["mae"] if regression else ["accuracy"],
        )
        path = WORK / f"{name}.csv"
        calls = [keras.callbacks.CSVLogger(path)]
        if board:
            calls.append(keras.callbacks.TensorBoard(WORK / name, write_graph=False))
        model.fit(*train, validation_data=dev, epochs=epochs, batch_size=32, verbose=0, callbacks=calls)
        keep(path, f"keras/{name}.csv")
        if board:
            for half in ("train", "validation"):
                for file in (WORK / name / half).glob("*tfevents*"):
                    if not file.name.endswith(".profile-empty"):
                        keep(file, f"tensorboard/keras/{half}/events.out.tfevents.1.keras.v2")

    fit = [moons(1000, 1, 0), moons(500, 2, 0)]
    noisy = [moons(60, 3, 0.25), moons(300, 4, 0.25)]
    run("fit", *fit, 32, 25, 0.01, board=True)
    run("overfitted", *noisy, 256, 150, 0.01)
    run("underfitted", *[(x, np.random.default_rng(5).integers(0, 2, len(y))) for x, y in fit], 2, 12, 0.001)
    numbers = [(x * 1000, x[:, :1] * 1e4) for x, _ in fit]
    run("diverged", *numbers, 16, 8, 0.1, regression=True)
    run("regression", *[(x, x[:, :1] * 3 + 1) for x, _ in fit], 16, 15, 0.01, regression=True)


def lightning_logs():
    import lightning
    import torch
    from lightning.pytorch.loggers import CSVLogger, TensorBoardLogger

    class Net(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.net = torch.nn.Sequential(torch.nn.Linear(2, 256), torch.nn.ReLU(), torch.nn.Linear(256, 256), torch.nn.ReLU(), torch.nn.Linear(256, 2))

        def both(self, batch, name, **how):
            x, y = batch
            out = self.net(x)
            loss = torch.nn.functional.cross_entropy(out, y)
            self.log(f"{name}_loss", loss, **how)
            self.log(f"{name}_acc", (out.argmax(1) == y).float().mean(), on_step=False, on_epoch=True)
            return loss

        def training_step(self, batch, _):
            return self.both(batch, "train", on_step=True, on_epoch=True)

        def validation_step(self, batch, _):
            self.both(batch, "val")

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), 0.01)

    def loader(rows, seed, noise, shuffle):
        x, y = moons(rows, seed, noise)
        return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y)), 30, shuffle=shuffle)

    lightning.seed_everything(1, verbose=False)
    csv, board = CSVLogger(WORK, "csv", version=0), TensorBoardLogger(WORK, "board", version=0)
    lightning.Trainer(
        max_epochs=50, logger=[csv, board], log_every_n_steps=2, enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False, accelerator="cpu",
    ).fit(Net(), loader(60, 3, 0.25, True), loader(300, 4, 0.25, False))
    keep(WORK / "csv/version_0/metrics.csv", "lightning/version_0/metrics.csv")
    for file in (WORK / "board/version_0").glob("*tfevents*"):
        keep(file, "tensorboard/lightning/events.out.tfevents.2.lightning.0")


def torch_board():
    from torch.utils.tensorboard import SummaryWriter

    for name, floor in (("torch-small", 0.2), ("torch-large", 0.01)):
        with SummaryWriter(WORK / name) as writer:
            for epoch in range(1, 21):
                writer.add_scalar("Loss/train", 0.7 * 0.8**epoch + floor, epoch)
                writer.add_scalar("Accuracy/train", 1 - floor - 0.4 * 0.8**epoch, epoch)
                writer.add_scalar("Accuracy/val", 1 - floor - 0.08 - 0.35 * 0.8**epoch, epoch)
            writer.add_histogram("weights", np.linspace(-1, 1, 100), 20)
        for file in (WORK / name).glob("*tfevents*"):
            keep(file, f"tensorboard/{name}/events.out.tfevents.3.torch.0")


def mlflow_store():
    import mlflow

    mlflow.set_tracking_uri((WORK / "mlruns").as_uri())
    experiment = mlflow.create_experiment("moons")
    for name, floor in (("small", 0.2), ("large", 0.01)):
        with mlflow.start_run(experiment_id=experiment, run_name=name) as run:
            for epoch in range(1, 16):
                mlflow.log_metrics({"train_loss": 0.7 * 0.8**epoch + floor, "train/accuracy": 1 - floor - 0.4 * 0.8**epoch}, step=epoch)
                mlflow.log_metric("val/accuracy", 1 - floor - 0.08 - 0.35 * 0.8**epoch, step=epoch)
            folder = WORK / "mlruns" / experiment / run.info.run_id
            for file in (folder / "metrics").rglob("*"):
                if file.is_file():
                    keep(file, f"mlflow/1/{name}/{file.relative_to(folder)}")


def trainer_state():
    import torch
    from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

    config = BertConfig(vocab_size=32, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, max_position_embeddings=16)

    def rows(count, seed):
        random = np.random.default_rng(seed)
        words = random.integers(0, 32, (count, 8))
        return [{"input_ids": w.tolist(), "labels": int(w.sum() > 124)} for w in words]

    torch.manual_seed(1)
    args = TrainingArguments(
        WORK / "hf", num_train_epochs=6, per_device_train_batch_size=16, learning_rate=3e-3, eval_strategy="epoch", save_strategy="no", logging_steps=10, report_to=[], disable_tqdm=True, use_cpu=True,
    )
    trainer = Trainer(
        BertForSequenceClassification(config), args, train_dataset=rows(256, 1), eval_dataset=rows(128, 2),
        compute_metrics=lambda p: {"accuracy": float((p.predictions.argmax(-1) == p.label_ids).mean())},
    )
    trainer.train()
    trainer.state.save_to_json(WORK / "trainer_state.json")
    keep(WORK / "trainer_state.json", "transformers/trainer_state.json")


def json_lines():
    """By hand, as a PyTorch loop writes them: Python's NaN, nested objects, per cent."""
    (OUT / "jsonl").mkdir(parents=True, exist_ok=True)
    with open(OUT / "jsonl/percent.jsonl", "w") as file:
        for epoch in range(1, 21):
            print(json.dumps({"epoch": epoch, "train": {"loss": 0.7 * 0.8**epoch, "acc": 100 - 40 * 0.8**epoch}, "val": {"acc": 88 - 30 * 0.8**epoch}, "lr": 0.1}), file=file)
    with open(OUT / "jsonl/losses-diverged.jsonl", "w") as file:
        for step in range(0, 100, 10):
            print(json.dumps({"step": step, "loss": 2.0 * 1.5**step if step < 60 else float("nan")}), file=file)


def main():
    if len(sys.argv) > 1:
        WORK.mkdir(parents=True, exist_ok=True)
        globals()[sys.argv[1]]()
        shutil.rmtree(WORK)
        return
    shutil.rmtree(OUT, ignore_errors=True)
    # Each in its own process: TensorFlow and PyTorch cannot live in one.
    for name in ("keras_logs", "lightning_logs", "torch_board", "mlflow_store", "trainer_state", "json_lines"):
        subprocess.run([sys.executable, __file__, name], check=True)
    from importlib.metadata import version

    packages = ["torch", "lightning", "tensorboard", "mlflow-skinny", "keras", "tensorflow-cpu", "transformers"]
    (OUT / "versions.json").write_text(json.dumps({name: version(name) for name in packages}, indent=2) + "\n")


main()
