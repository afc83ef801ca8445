"""Writes a record for `fettle diagnose` from a training loop in PyTorch.

    recorder = FettleRecorder(model, loss_fn, optimizer, train=(x, y), dev=(x_dev, y_dev))
    for epoch in range(epochs):
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss = loss_fn(model(inputs), targets)
            loss.backward()
            optimizer.step()
            recorder.step(loss)
        recorder.epoch()
    recorder.finish()
"""

import math
import time

import numpy as np
import torch

from fettle_record import Budget, FINAL_ROWS, FREE_SECONDS, Record, activation_rows, curve_rows, deviation_of, error_terms
from fettle_record import finite, input_facts, labels_of, score_of, target_facts
from fettle_torch import CapturedLoss, Layers, Rows, Spy, array, bare, captured_loss, evaluating, moved, on_first_process, squeezed

DEV_ROWS = 50_000
CLASS_LOSSES = ("CrossEntropyLoss", "NLLLoss", "BCELoss", "BCEWithLogitsLoss")


class FettleRecorder:
    """Make it before the first step, with the model on its device; in distributed training the first process writes.

    train, dev: (inputs, targets) as arrays or tensors, or a Dataset or DataLoader of such pairs.
    path: where the record goes, after each epoch and at the end.
    task: "classification" or "regression"; default by the loss and the targets.
    classes: names of the classes; default 0, 1, ...
    forward: function(model, inputs) that gives the outputs that the loss reads; default model(inputs).
    errors: function(outputs, targets) that gives one error a row, for outputs that are no [rows, classes].
    overhead: the most that looking may cost, as a share of the time: layers are looked at in as many steps, and the
        model is evaluated after as many epochs, as that pays for.
    every: looks at each n-th step and after each epoch instead, whatever it costs.
    """

    def __init__(
        self, model, loss_fn, optimizer, train, dev=None, *, path="fettle-record.json", task=None, classes=None,
        forward=None, errors=None, overhead=0.03, every=None, source="pytorch",
    ):  # fmt: skip
        self.active = on_first_process()
        if not self.active:
            return
        self.model, self.loss_fn, self.optimizer, self.every, self.errors = bare(model), loss_fn, optimizer, every, errors
        self.forward = forward or (lambda module, inputs: module(inputs))
        self.began = time.perf_counter()
        self.looks, self.evaluations = Budget(overhead / 2), Budget(overhead / 2, FREE_SECONDS)
        self.steps = self.epochs = self.point_step = 0
        self.losses, self.loss_sum, self.held, self.gradients, self.lost = [], 0.0, {}, None, False
        self.layers = Layers(self.model)
        self.rows = {"train": Rows(train), "dev": None if dev is None else Rows(dev)}
        one = self.rows["train"].take(1)[0]
        tensor = isinstance(one, torch.Tensor)
        axes, size = (one.dim(), one.numel()) if tensor else (3, 0)
        self.few = self.rows["train"].take(activation_rows(axes))
        self.samples = {name: rows and rows.take(curve_rows(axes, size)) for name, rows in self.rows.items()}
        self.describe(source, path, task, classes)
        self.owner = torch.as_tensor(self.layers.owner, device=self.layers.device)
        self.snapshot, self.snapped = [p.detach().clone() for p in self.layers.parameters], True
        self.sums, self.looked = torch.zeros(3, len(self.layers.groups), dtype=self.layers.real, device=self.layers.device), 0

    def describe(self, source, path, task, classes):
        """What is known before the first step."""
        targets = self.rows["train"].targets()
        all_targets = targets is not None
        targets = targets if all_targets else array(self.samples["train"][1])
        outputs, health, spy = self.layers.watched(self.run_few)
        activation = spy.activation_of(outputs)
        if isinstance(self.loss_fn, CapturedLoss) and activation == "linear":
            activation, self.loss_fn.completes = self.loss_fn.activation, self.loss_fn.activation != "linear"
        loss, loss_name, activation = self.first_loss(outputs, activation)
        whole = not np.issubdtype(targets.dtype, np.floating)
        self.task = task or ("classification" if loss_name in CLASS_LOSSES or whole else "regression")
        units = int(outputs.shape[-1]) if outputs.dim() == 2 else 1
        self.classes = (units if units > 1 else max(2, int(labels_of(targets).max()) + 1)) if self.task == "classification" else None
        if loss_name in ("CrossEntropyLoss", "NLLLoss", "BCEWithLogitsLoss"):
            self.form = "logits"
        else:
            self.form = "probabilities" if activation == "sigmoid" or loss_name == "BCELoss" else "numbers"
        self.deviation = deviation_of(targets) if self.task == "regression" else None
        names = (classes or range(self.classes)) if self.task == "classification" else None
        dev = self.rows["dev"]
        self.record = Record(source, path, self.task, names, (self.rows["train"].count, dev and dev.count))
        self.record.start = {
            "loss": None if loss is None else finite(loss),
            "expectedLoss": self.expected_loss(loss_name, outputs),
            "layers": self.layers.start(health),
            "outputs": loss_name and {"units": units, "activation": activation, "loss": loss_name},
        }
        x = self.samples["train"][0]
        dev_targets = None if dev is None else dev.targets()
        self.record.data = {
            "rows": {"train": len(targets), "dev": None if dev_targets is None else len(dev_targets)},
            "target": target_facts(self.task, targets, dev_targets, names),
            "input": input_facts(array(x), self.rows["train"].names, self.layers.seen, 1) if isinstance(x, torch.Tensor) else None,
            **dict.fromkeys(("duplicates", "neighbours", "labelNoise", "shift")),
        }
        self.record.parameters = sum(p.numel() for p in self.layers.parameters)

    def run_few(self):
        return self.forward(self.model, moved(self.few[0], self.layers.device))

    def mean_loss(self, outputs, y):
        """Over rows, also where the loss is their sum."""
        with torch.no_grad():
            loss = float(self.loss_fn(squeezed(outputs, y), y))
        return loss / (len(y) if getattr(self.loss_fn, "reduction", "mean") == "sum" else 1)

    def first_loss(self, outputs, activation):
        """The loss at the start, the name of the function that gave it, and what it reads."""
        if self.loss_fn is None:
            return None, None, activation
        y = moved(self.few[1], outputs.device)
        try:
            with Spy() as spy:
                loss = self.mean_loss(outputs, y)
        except (RuntimeError, ValueError, TypeError, IndexError) as error:
            raise ValueError(
                f"fettle: expected a loss_fn(outputs, targets) for what the model gives, {list(outputs.shape)}, and for the targets "
                f"as they are, {list(y.shape)} of {y.dtype}; it failed: {error}. Pass forward=function(model, inputs) that gives the "
                "outputs that your loss reads, or targets as it reads them."
            ) from error
        seen = captured_loss(spy, None)
        name = seen.name if seen else getattr(self.loss_fn, "__name__", type(self.loss_fn).__name__)
        return loss, name, seen.activation if seen and seen.activation != "linear" else activation

    def expected_loss(self, name, outputs):
        """Of equal probabilities; of always predicting 0 for a number."""
        if self.task == "classification":
            single = name in ("BCELoss", "BCEWithLogitsLoss")
            return math.log(2 if single else self.classes) if name in CLASS_LOSSES else None
        return None if self.loss_fn is None else finite(self.mean_loss(torch.zeros_like(outputs), moved(self.few[1], outputs.device)))

    def step(self, loss):
        """After optimizer.step(), before the next zero_grad(), with the loss of the batch."""
        if not self.active:
            return
        self.steps += 1
        self.losses.append(loss.detach() if isinstance(loss, torch.Tensor) else loss)
        if self.snapped:
            began = time.perf_counter()
            self.look()
            self.looks.charge(began)
        if self.looks.allows() if self.every is None else self.steps % self.every == 0:
            began = time.perf_counter()
            with torch.no_grad():
                torch._foreach_copy_(self.snapshot, self.layers.parameters)
            self.snapped = True
            self.looks.charge(began)
        if len(self.losses) >= 1024:
            self.take_losses()

    def take_gradients(self):
        """After loss.backward(), for who clips gradients: their norms before that are what the record shows."""
        if self.active and self.snapped:
            began = time.perf_counter()
            self.gradients = self.layers.norms([p.grad for p in self.layers.parameters])
            self.looks.charge(began)

    @torch.no_grad()
    def look(self):
        """Adds the norms of a step: of the weights after it, the gradients, the updates."""
        parameters = self.layers.parameters
        torch._foreach_sub_(self.snapshot, parameters)
        gradients = self.gradients
        if gradients is None:
            gradients = self.layers.norms([p.grad for p in parameters])
        norms = torch.stack([self.layers.norms(parameters), gradients, self.layers.norms(self.snapshot)])
        self.sums += torch.zeros_like(self.sums).index_add_(1, self.owner, norms**2).sqrt_()
        self.looked += 1
        self.snapped, self.gradients = False, None

    def take_losses(self):
        if self.losses:
            on_device = all(isinstance(loss, torch.Tensor) for loss in self.losses)
            losses = torch.stack([l.float().reshape(()) for l in self.losses]).tolist() if on_device else list(map(float, self.losses))
            self.record.add_losses(self.steps, losses)
            self.loss_sum += sum(losses)
            self.losses = []

    def epoch(self):
        """After each epoch: evaluates, and writes what is known so far."""
        if not self.active:
            return
        self.epochs += 1
        self.take_losses()
        held = self.weights_held()
        self.held[held] = self.epochs
        if not self.record.curve or self.every is not None or self.evaluations.allows():
            self.add_point(held)
            self.record.write("stopped")

    def weights_held(self):
        """Tells the weights of one epoch from those of another."""
        with torch.no_grad():
            return tuple(f"{norm:.9g}" for norm in self.layers.norms(self.layers.parameters).tolist())

    def add_point(self, held):
        began = time.perf_counter()
        if self.lost or self.steps == self.point_step:
            return
        self.lost = "nan" in held or "inf" in held
        scores = {name: self.evaluate(rows, name == "dev") for name, rows in self.samples.items()}
        (error, _), (dev_error, dev_loss) = scores["train"][:2], scores["dev"][:2]
        self.record.add_point({
            "epoch": self.epochs,
            "step": self.steps,
            "seconds": time.perf_counter() - self.began,
            "learningRate": float(self.optimizer.param_groups[0]["lr"]) if self.optimizer is not None else None,
            "trainLoss": self.loss_sum / (self.steps - self.point_step),
            "trainError": error,
            "devError": dev_error,
            "devLoss": dev_loss,
            "layers": self.layer_health(),
            "steps": self.steps - self.point_step,
        })  # fmt: skip
        self.record.train, self.record.dev = scores["train"][2], scores["dev"][2]
        self.loss_sum, self.point_step, self.looked = 0.0, self.steps, 0
        self.sums.zero_()
        self.evaluations.charge(began)

    def layer_health(self):
        if self.looked == 0:
            return None
        _, health, _ = self.layers.watched(lambda: self.forward(self.model, moved(self.few[0], self.layers.device)))
        weights, gradients, updates = (self.sums / self.looked).tolist()
        return [
            {
                "layer": name,
                "weightNorm": weights[i],
                "gradientNorm": gradients[i],
                "updateNorm": updates[i],
                "zeros": sum(int((p == 0).sum()) for p in parameters),
                "weights": sum(p.numel() for p in parameters),
                "activations": health.get(name),
            }
            for i, (name, _, parameters) in enumerate(self.layers.groups)
        ]

    def evaluate(self, rows, with_loss):
        """Error, loss and score on some rows, in evaluation mode."""
        if rows is None:
            return None, None, None
        inputs, y = rows
        size = 4096 if isinstance(inputs, torch.Tensor) and inputs.dim() <= 2 else 128
        with evaluating(self.model):
            outputs = self.predict(inputs, len(y), size)
            loss = self.mean_loss(outputs, moved(y, outputs.device)) if with_loss and self.loss_fn is not None else None
        if self.errors is not None:
            terms = np.asarray(self.errors(outputs.cpu(), y), np.float64)
        else:
            terms = error_terms(self.task, array(outputs), array(y), self.form, self.classes)
        mean = float(terms.mean())
        return mean if self.task == "classification" else math.sqrt(mean), loss, score_of(self.task, terms, self.deviation)

    def predict(self, inputs, count, size):
        if not isinstance(inputs, torch.Tensor):
            return self.forward(self.model, moved(inputs, self.layers.device))
        parts = [self.forward(self.model, inputs[i : i + size].to(self.layers.device)) for i in range(0, count, size)]
        return torch.cat(parts)

    def finish(self, status="finished"):
        """At the end, with the weights that are kept: `finished`, `early-stopped` or `stopped`."""
        if not self.active:
            return
        self.take_losses()
        held = self.weights_held()
        if self.held.get(held) == self.epochs or not self.held:
            self.add_point(held)
        self.record.best_epoch = self.held.get(held)
        usable = not ("nan" in held or "inf" in held)
        for name, most in (("train", FINAL_ROWS), ("dev", DEV_ROWS)):
            rows = self.rows[name]
            score = self.evaluate(rows.take(most), False)[2] if usable and rows is not None else None
            setattr(self.record, name, score)
        with torch.no_grad():
            self.record.nonzero = sum(int((p != 0).sum()) for p in self.layers.parameters)
        self.record.write(status)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.finish("finished" if kind is None else "stopped")
