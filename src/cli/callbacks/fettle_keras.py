"""Writes a record for `fettle diagnose` from a training with Keras 3, on any of its backends.

    model.fit(x, y, validation_data=(x_dev, y_dev), callbacks=[FettleCallback(x, y, validation_data=(x_dev, y_dev))])
"""

import math
import time

import keras
import numpy as np

from fettle_record import Budget, FINAL_ROWS, FREE_SECONDS, Record, activation_rows, curve_rows, deviation_of, error_terms
from fettle_record import finite, input_facts, labels_of, score_of, spread, target_facts
from fettle_keras_model import Layers, Loss, array, gradients, norms, without_gradients

DEV_ROWS = 50_000
GRADIENT_BATCHES = 4


def taken(rows, chosen):
    return keras.tree.map_structure(lambda part: part[chosen], rows)


def plain(data):
    """Arrays, for what NumPy can make arrays of: lists, tensors, data frames."""
    return keras.tree.map_structure(lambda part: array(part) if keras.ops.is_tensor(part) else np.asarray(part), data)


class FettleCallback(keras.callbacks.Callback):
    """Put it last in the list of callbacks, so that it sees the weights that the others keep.

    x, y: the training rows, as given to fit; validation_data: (x, y) of rows that are not trained on.
    path: where the record goes, after each epoch and at the end.
    task: "classification" or "regression"; default by the loss and the targets.
    classes: names of the classes; default 0, 1, ...
    errors: function(outputs, targets) that gives one error a row, for outputs that are no [rows, classes].
    overhead: the most that looking may cost, as a share of the time: layers are looked at in as many steps, and the
        model is evaluated after as many epochs, as that pays for.
    every: looks at each n-th step and after each epoch instead, whatever it costs.
    """

    def __init__(
        self, x, y, validation_data=None, *, path="fettle-record.json", task=None, classes=None, errors=None,
        overhead=0.03, every=None,
    ):  # fmt: skip
        super().__init__()
        self.names = getattr(x, "columns", None)
        self.rows = {"train": (plain(x), plain(y)), "dev": validation_data and tuple(plain(part) for part in validation_data[:2])}
        self.path, self.task, self.classes, self.errors, self.every, self.overhead = path, task, classes, errors, every, overhead

    def on_train_begin(self, logs=None):
        model = self.model
        self.began = time.perf_counter()
        self.looks, self.evaluations = Budget(self.overhead / 2), Budget(self.overhead / 2, FREE_SECONDS)
        self.steps = self.epochs = self.point_step = self.batch = 0
        self.losses, self.loss_sum, self.mean, self.held, self.lost = [], 0.0, 0.0, {}, False
        self.snapshot, self.grads, self.sums, self.looked = None, None, 0.0, 0
        self.layers, self.loss = Layers(model), Loss(model)
        x = self.rows["train"][0]
        single = isinstance(x, np.ndarray)
        axes, size = (x.ndim, math.prod(x.shape[1:])) if single else (3, 0)
        self.few = self.sample("train", activation_rows(axes))
        self.samples = {name: self.rows[name] and self.sample(name, curve_rows(axes, size)) for name in self.rows}
        self.chunk = 4096 if axes <= 2 else 128
        self.describe()

    def sample(self, name, most):
        x, y = self.rows[name]
        chosen = spread(len(y), most)
        return taken(x, chosen), y[chosen]

    def describe(self):
        """What is known before the first step."""
        x, y = self.few
        targets, dev = self.rows["train"][1], self.rows["dev"]
        outputs, health = self.layers.watched(x)
        activation, loss = self.layers.output_activation, self.loss
        whole = not np.issubdtype(targets.dtype, np.floating)
        self.kind = self.task or ("classification" if loss.classes or whole else "regression")
        classification = self.kind == "classification"
        units = int(outputs.shape[-1]) if len(outputs.shape) == 2 else 1
        self.count = (units if units > 1 else max(2, int(labels_of(targets).max()) + 1)) if classification else None
        self.form = "logits" if loss.classes and loss.logits else "probabilities" if loss.classes or activation == "sigmoid" else "numbers"
        self.deviation = None if classification else deviation_of(targets)
        names = (self.classes or range(self.count)) if classification else None
        self.record = Record("keras", self.path, self.kind, names, (len(targets), dev and len(dev[1])))
        expected = None
        if classification and loss.classes:
            expected = math.log(2 if loss.binary else self.count)
        elif not classification and loss.function is not None:
            expected = float(array(loss(y, keras.ops.zeros_like(outputs))))
        samples = self.samples["train"][0]
        self.record.start = {
            "loss": None if loss.function is None else finite(float(array(loss(y, outputs)))),
            "expectedLoss": finite(expected),
            "layers": self.layers.start(health),
            "outputs": loss.name and {"units": units, "activation": activation, "loss": loss.name},
        }
        channel = 1 if keras.config.image_data_format() == "channels_first" else -1
        self.record.data = {
            "rows": {"train": len(targets), "dev": dev and len(dev[1])},
            "target": target_facts(self.kind, targets, dev and dev[1], names),
            "input": input_facts(samples, self.names, self.layers.seen, channel),
            **dict.fromkeys(("duplicates", "neighbours", "labelNoise", "shift")),
        }
        self.record.parameters = sum(math.prod(v.shape) for v in self.layers.variables)

    def on_epoch_begin(self, epoch, logs=None):
        self.batch, self.mean = 0, 0.0

    def on_train_batch_begin(self, batch, logs=None):
        due = self.looks.allows() if self.every is None else (self.steps + 1) % self.every == 0 or self.steps == 0
        if due:
            began = time.perf_counter()
            self.model  # noqa: B018 brings the weights up to date with JAX
            with without_gradients():
                self.snapshot = [keras.ops.copy(v.value) for v in self.layers.variables]
            self.looks.charge(began)

    def on_train_batch_end(self, batch, logs=None):
        count = batch + 1 - self.batch  # more than one with steps_per_execution
        mean = float((logs or {}).get("loss", math.nan))
        # The logs have the mean over the epoch so far.
        self.losses += [(mean * (batch + 1) - self.mean * self.batch) / count] * count
        self.batch, self.mean, self.steps = batch + 1, mean, self.steps + count
        if self.snapshot is not None:
            began = time.perf_counter()
            if count == 1:
                self.look()
            self.snapshot = None
            self.looks.charge(began)

    def look(self):
        """Adds the norms of a step: of the weights after it, the gradients if the backend keeps them, the updates."""
        self.model  # noqa: B018
        values = [v.value for v in self.layers.variables]
        with without_gradients():
            parts = values + [after - before for after, before in zip(values, self.snapshot)]
            kept = keras.backend.backend() == "torch"
            if kept:
                parts += [keras.ops.zeros(1) if v.grad is None else v.grad for v in values]
        found = norms(parts).reshape(-1, len(values))
        found = np.stack([self.layers.by_layer(one) for one in found])
        self.sums, self.looked = self.sums + found, self.looked + 1

    def on_epoch_end(self, epoch, logs=None):
        self.epochs += 1
        self.take_losses()
        held = self.weights_held()
        self.held[held] = self.epochs
        if not self.record.curve or self.every is not None or self.evaluations.allows():
            self.add_point(held)
            self.record.write("stopped")

    def take_losses(self):
        self.record.add_losses(self.steps, self.losses)
        self.loss_sum += sum(self.losses)
        self.losses = []

    def weights_held(self):
        """Tells the weights of one epoch from those of another."""
        self.model  # noqa: B018
        return tuple(f"{norm:.9g}" for norm in norms([v.value for v in self.layers.variables]))

    def add_point(self, held):
        began = time.perf_counter()
        if self.lost or self.steps == self.point_step:
            return
        self.lost = "nan" in held or "inf" in held
        scores = {name: self.evaluate(rows, name == "dev") for name, rows in self.samples.items()}
        rate = getattr(self.model.optimizer, "learning_rate", None)
        self.record.add_point({
            "epoch": self.epochs,
            "step": self.steps,
            "seconds": time.perf_counter() - self.began,
            "learningRate": None if rate is None else float(array(rate)),
            "trainLoss": self.loss_sum / (self.steps - self.point_step),
            "trainError": scores["train"][0],
            "devError": scores["dev"][0],
            "devLoss": scores["dev"][1],
            "layers": self.layer_health(),
            "steps": self.steps - self.point_step,
        })  # fmt: skip
        self.record.train, self.record.dev = scores["train"][2], scores["dev"][2]
        self.loss_sum, self.point_step, self.sums, self.looked = 0.0, self.steps, 0.0, 0
        self.evaluations.charge(began)

    def layer_health(self):
        if self.looked == 0:
            return None
        means = self.sums / self.looked
        if len(means) == 2:
            found = self.sample_gradients()
            if found is None:
                return None
            means = np.stack([*means, found])
        _, health = self.layers.watched(self.few[0])
        return [
            {
                "layer": layer.path,
                "weightNorm": float(means[0][i]),
                "gradientNorm": float(means[2][i]),
                "updateNorm": float(means[1][i]),
                "zeros": sum(int((array(v.value) == 0).sum()) for v in variables),
                "weights": sum(math.prod(v.shape) for v in variables),
                "activations": health.get(layer.path),
            }
            for i, (layer, variables) in enumerate(self.layers.groups)
        ]

    def sample_gradients(self):
        """Mean norms over some batches of the sample, where the backend does not keep the gradients of the steps."""
        if self.loss.function is None:
            return None
        x, y = self.samples["train"]
        size = math.ceil(len(self.rows["train"][1]) / (self.params.get("steps") or 1))
        starts = range(0, max(1, min(len(y) - size, (GRADIENT_BATCHES - 1) * size) + 1), size)
        found = []
        for i in starts:
            part = slice(i, i + size)
            grads = gradients(self.model, self.loss, self.layers.variables, taken(x, part), y[part])
            found.append(self.layers.by_layer(norms(grads)))
        return np.mean(found, 0)

    def evaluate(self, rows, with_loss):
        """Error, loss and score on some rows, in evaluation mode."""
        if not rows:
            return None, None, None
        x, y = rows
        with without_gradients():
            parts = [self.model(taken(x, slice(i, i + self.chunk)), training=False) for i in range(0, len(y), self.chunk)]
            outputs = keras.ops.concatenate(parts)
            loss = float(array(self.loss(y, outputs))) if with_loss and self.loss.function is not None else None
        if self.errors is not None:
            terms = np.asarray(self.errors(array(outputs), y), np.float64)
        else:
            terms = error_terms(self.kind, array(outputs), y, self.form, self.count)
        mean = float(terms.mean())
        return mean if self.kind == "classification" else math.sqrt(mean), loss, score_of(self.kind, terms, self.deviation)

    def on_train_end(self, logs=None):
        self.take_losses()
        held = self.weights_held()
        if self.held.get(held) == self.epochs or not self.held:
            self.add_point(held)
        self.record.best_epoch = self.held.get(held)
        usable = not ("nan" in held or "inf" in held)
        self.record.train = self.evaluate(self.sample("train", FINAL_ROWS), False)[2] if usable else None
        self.record.dev = self.evaluate(self.sample("dev", DEV_ROWS), False)[2] if usable and self.rows["dev"] else None
        self.record.nonzero = sum(int((array(v.value) != 0).sum()) for v in self.layers.variables)
        self.record.write("early-stopped" if self.model.stop_training else "finished")
