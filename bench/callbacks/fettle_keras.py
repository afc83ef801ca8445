"""Writes a record for `fettle diagnose` from a training with Keras 3, on any of its backends.

    model.fit(x, y, validation_data=(x_dev, y_dev), callbacks=[FettleCallback(x, y, validation_data=(x_dev, y_dev))])
"""

# Printed by `fettle callback keras`, fettle 0.1.0. It needs the framework and NumPy.

import json
import math
import os
import time
import numpy as np
from contextlib import nullcontext
import keras


CURVE_ROWS = 2000  # training rows that a point of the curve is measured on; dev rows likewise
CURVE_IMAGES = 512  # the same for images and whatever else has more than one axis a row
ACTIVATION_ROWS = 256  # training rows that activations, and the loss at the start, are measured on
ACTIVATION_IMAGES = 32
FINAL_ROWS = 10_000  # training rows of the last score
MOST_POINTS = 64
MOST_STRETCHES = 64
ABSURD = 1e6  # a loss this many times the first one is as lost as one that is no number
FREE_SECONDS = 0.5  # what evaluations may cost in a run that is too short to count shares of its time


def spread(rows, most):
    """Evenly spread row numbers, all of them if there are no more: files are often sorted."""
    return np.arange(rows) if rows <= most else np.arange(most) * rows // most


def curve_rows(axes, per_row):
    return CURVE_ROWS if axes <= 2 else min(CURVE_ROWS, max(CURVE_IMAGES, 1_000_000 // max(1, per_row)))


def activation_rows(axes):
    return ACTIVATION_ROWS if axes <= 2 else ACTIVATION_IMAGES


def finite(x):
    return None if x is None or not math.isfinite(x) else float(x)


def labels_of(y):
    """Class numbers from numbers, a column of them, or one-hot rows."""
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] > 1:
        return y.argmax(1)
    return np.rint(y.reshape(-1).astype(np.float64)).astype(np.int64)


def predicted_labels(outputs, form, classes):
    """`form` is what the outputs are: probabilities, logits, or numbers that stand for classes."""
    if outputs.ndim == 2 and outputs.shape[1] > 1:
        return outputs.argmax(1)
    single = outputs.reshape(-1)
    if form == "numbers":
        return np.clip(np.rint(np.nan_to_num(single)), 0, classes - 1).astype(np.int64)
    return (single > (0.5 if form == "probabilities" else 0.0)).astype(np.int64)


def error_terms(task, outputs, y, form, classes):
    """One term a row: wrong 0/1, or the squared error."""
    outputs = np.asarray(outputs, np.float64)
    if outputs.ndim > 2:
        raise ValueError(
            f"fettle: expected outputs of [rows] or [rows, outputs], received {list(outputs.shape)}. "
            "Pass errors=function(outputs, targets) that gives one error a row."
        )
    if task == "classification":
        terms = (predicted_labels(outputs, form, classes) != labels_of(y)).astype(np.float64)
        terms[~np.isfinite(outputs.reshape(len(outputs), -1)).all(1)] = np.nan
        return terms
    y = np.asarray(y, np.float64)
    return ((outputs.reshape(len(y), -1) - y.reshape(len(y), -1)) ** 2).mean(1)


def score_of(task, terms, deviation):
    """A score with what its interval needs; None where it is no number."""
    mean = float(np.mean(terms))
    if not math.isfinite(mean):
        return None
    count = len(terms)
    value = mean if task == "classification" else math.sqrt(mean)
    error = float(np.std(terms, ddof=1)) / math.sqrt(count) if count > 1 else None
    share = None if deviation is None else value / deviation
    return {"value": value, "count": count, "standardError": finite(error), "share": finite(share)}


def deviation_of(y):
    """Standard deviation of a numeric target, the unit of its errors; None where there is none."""
    y = np.asarray(y, np.float64).reshape(len(y), -1)
    deviation = math.sqrt(float(y.var(0, ddof=1).mean())) if len(y) > 1 else 0.0
    return deviation if deviation > 0 and math.isfinite(deviation) else None


def activation_health(values, kind, unit_axis):
    """Of a layer's outputs on some rows; None where a number is not finite."""
    values = np.moveaxis(np.asarray(values, np.float64), unit_axis, -1)
    values = values.reshape(-1, values.shape[-1])
    if len(values) < 2 or values.size == 0 or not np.isfinite(values).all():
        return None
    slope = {"tanh": lambda y: 1 - y**2, "sigmoid": lambda y: 4 * y * (1 - y)}.get(kind)
    return {
        "mean": float(values.mean()),
        "deviation": float(values.std()),
        "dead": float((values.max(0) == values.min(0)).mean()),
        "saturated": 0.0 if slope is None else float((slope(values) < 0.01).mean()),
    }


def start_layer(name, weight, biases, fans, activations):
    """`weight` has a row a unit; `biases` are all of the layer, the first one that of the units, if it has any."""
    rows = np.asarray(weight).reshape(len(weight), -1)
    bias = next((np.asarray(b) for b in biases if np.size(b) == len(rows)), np.zeros(len(rows)))
    counts = {}
    keys = [(row + 0.0).tobytes() + (b + 0.0).tobytes() for row, b in zip(rows, bias.reshape(-1))]  # + 0.0: no -0
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    all_biases = np.concatenate([np.asarray(b, np.float64).reshape(-1) for b in biases]) if biases else np.zeros(0)
    return {
        "layer": name,
        "fanIn": int(fans[0]),
        "fanOut": int(fans[1]),
        "mean": float(rows.mean(dtype=np.float64)),
        "deviation": float(rows.std(dtype=np.float64)),
        "identical": sum(counts[key] > 1 for key in keys) / len(keys),
        "biasMean": float(all_biases.mean()) if all_biases.size else 0.0,
        "activations": activations,
    }


NUMBER_FACTS = ("mean", "deviation", "least", "most", "distinct", "whole", "repeatedEnd", "trainedMean", "trainedDeviation")


def target_facts(task, y, dev_y, classes):
    if task == "classification":
        counts = np.bincount(labels_of(y), minlength=len(classes))
        unseen = [] if dev_y is None else [k for k in np.unique(labels_of(dev_y)) if k >= len(counts) or counts[k] == 0]
        named = [{"label": str(label), "rows": int(rows)} for label, rows in zip(classes, counts)]
        return {"classCounts": named, "unseenClasses": len(unseen), **dict.fromkeys(NUMBER_FACTS)}
    y = np.sort(np.asarray(y, np.float64).reshape(-1))
    y = y[np.isfinite(y)]
    facts = {"classCounts": None, "unseenClasses": 0, **dict.fromkeys(NUMBER_FACTS)}
    if len(y) == 0:
        return facts
    moments = {"mean": float(y.mean()), "deviation": float(y.std())}
    trained = {"trainedMean": moments["mean"], "trainedDeviation": moments["deviation"]}
    ends = {"least": float(y[0]), "most": float(y[-1]), "repeatedEnd": repeated_end(y)}
    return {**facts, **moments, **trained, **ends, "distinct": len(np.unique(y)), "whole": bool((y == np.rint(y)).all())}


def repeated_end(y):
    """The end of sorted numbers that lies further from its neighbour, of those that several numbers are equal to."""
    found = []
    for end, others in ((y[0], y[y != y[0]]), (y[-1], y[y != y[-1]])):
        rows, deviation = len(y) - len(others), float(others.std()) if len(others) > 0 else 0.0
        if rows > 1 and deviation > 0:
            found.append({"value": float(end), "rows": rows, "distance": float(abs(others - end).min()) / deviation})
    return max(found, key=lambda one: one["distance"], default=None)


def is_numeric(x):
    return isinstance(x, np.ndarray) and x.ndim >= 2 and (np.issubdtype(x.dtype, np.floating) or x.ndim == 4)


def input_facts(x, names, seen, channel_axis):
    """Of inputs as they are fed, and of `seen`, what the first layer gets of some rows. None for codes, texts, several inputs."""
    if not is_numeric(x) or not is_numeric(seen):
        return None
    nothing = {"columns": 0, "constant": [], "nearlyConstant": 0, "duplicate": [], "idLike": [], "missing": [], "alone": []}
    named = [f"column {i}" for i in range(x.shape[1])] if names is None else list(map(str, names))
    scale = scale_of(seen, named if x.ndim == 2 and seen.shape == (len(seen), x.shape[1]) else None, channel_axis)
    return {**nothing, **(column_facts(x, named) if x.ndim == 2 else {}), "scale": scale}


def column_facts(x, names):
    first, facts, missing = {}, {"constant": [], "nearlyConstant": 0, "duplicate": []}, np.isnan(x).mean(0)
    for name, column in zip(names, x.T):
        counts = np.unique(column, return_counts=True)[1]
        if len(counts) == 1:
            facts["constant"].append(name)
            continue
        facts["nearlyConstant"] += int(len(column) - counts.max() <= max(len(column) / 100, 3))
        of = first.setdefault(column.tobytes(), name)
        if of != name:
            facts["duplicate"].append({"column": name, "of": of})
    empty = [{"column": names[i], "value": float(missing[i])} for i in np.argsort(-missing) if missing[i] > 0]
    return {"columns": len(names), **facts, "missing": empty}


def scale_of(x, names, channel_axis):
    """A column of images is a channel."""
    columns = np.moveaxis(x, -1 if x.ndim == 2 else channel_axis, -1).astype(np.float64)
    columns = columns.reshape(-1, columns.shape[-1])
    mean, deviation = columns.mean(0), columns.std(0)
    varied = np.flatnonzero((columns.max(0) > columns.min(0)) & np.isfinite(deviation))
    if len(varied) == 0:
        return None
    name = (lambda i: names[i]) if names is not None else (lambda i: f"{'column' if x.ndim == 2 else 'channel'} {i}")
    widest, farthest = varied[deviation[varied].argmax()], varied[abs(mean[varied]).argmax()]
    return {
        "leastDeviation": float(deviation[varied].min()),
        "medianDeviation": float(np.median(deviation[varied])),
        "largestDeviation": float(deviation[widest]),
        "largestDeviationColumn": name(widest),
        "largestMean": float(abs(mean[farthest])),
        "largestMeanColumn": name(farthest),
    }


class Stretches:
    """The losses of a run in at most 64 stretches of equally many steps (Chan, Golub and LeVeque, 1983)."""

    def __init__(self):
        self.length, self.parts = 1, []  # parts: (last step, count, mean, squared differences)

    @staticmethod
    def joined(a, b):
        count, difference = a[1] + b[1], b[2] - a[2]
        return b[0], count, a[2] + difference * b[1] / count, a[3] + b[3] + difference**2 * a[1] * b[1] / count

    def add(self, step, loss):
        one = (step, 1, loss, 0.0)
        if self.parts and self.parts[-1][1] < self.length:
            self.parts[-1] = self.joined(self.parts[-1], one)
            return
        if len(self.parts) == MOST_STRETCHES:
            self.parts = [self.joined(a, b) for a, b in zip(self.parts[::2], self.parts[1::2])]
            self.length *= 2
        self.parts.append(one)

    def segments(self):
        return [
            {"step": step, "mean": mean, "deviation": math.sqrt(squares / (count - 1)) if count > 1 else None}
            for step, count, mean, squares in self.parts
        ]


class Budget:
    """Lets through what costs at most a share of the time."""

    def __init__(self, share, free=0.0):
        self.share, self.free, self.spent, self.began = share, free, 0.0, time.perf_counter()

    def allows(self):
        return self.spent <= max(self.free, self.share * (time.perf_counter() - self.began))

    def charge(self, since):
        self.spent += time.perf_counter() - since


def merged(a, b):
    """Two neighbouring points of a curve as one: losses and norms are means over the steps of both."""
    steps = (max(1, a.pop("steps")), max(1, b.pop("steps")))

    def mean(x, y):
        return y if x is None or y is None else (x * steps[0] + y * steps[1]) / (steps[0] + steps[1])

    point = {**b, "trainLoss": mean(a["trainLoss"], b["trainLoss"]), "steps": sum(steps)}
    if a["layers"] is not None and b["layers"] is not None and len(a["layers"]) == len(b["layers"]):
        norms = ("weightNorm", "gradientNorm", "updateNorm")
        point["layers"] = [{**y, **{n: mean(x[n], y[n]) for n in norms}} for x, y in zip(a["layers"], b["layers"])]
    return point


class Record:
    """One run. What is written after each point can be judged, should the run be killed."""

    def __init__(self, source, path, task, classes, rows):
        self.path, self.curve, self.stretches, self.first_loss = str(path), [], Stretches(), None
        self.head = {
            "version": 1,
            "source": source,
            "plan": None,
            "task": task,
            "metric": "error" if task == "classification" else "rmse",
            "classes": None if classes is None else [str(c) for c in classes],
            "rows": {"train": rows[0], "dev": rows[1]},
        }
        self.start = self.data = self.train = self.dev = self.best_epoch = self.parameters = self.nonzero = None

    def add_losses(self, step, losses):
        """Of the steps up to `step`; gives their mean, or None without any."""
        for i, loss in enumerate(losses):
            if self.first_loss is None:
                self.first_loss = loss
            self.stretches.add(step - len(losses) + 1 + i, loss)
        return None if len(losses) == 0 else float(np.mean(losses))

    def add_point(self, point):
        """`steps` of a point are those since the last one. When there are too many, neighbours become one."""
        if len(self.curve) >= 2 * MOST_POINTS:
            last = [self.curve.pop()] if len(self.curve) % 2 else []
            self.curve = [merged(a, b) for a, b in zip(self.curve[::2], self.curve[1::2])] + last
        self.curve.append(point)

    def diverged(self):
        if not self.curve:
            return self.first_loss is not None and not math.isfinite(self.first_loss)
        last = self.curve[-1]
        known = [last[name] for name in ("trainLoss", "trainError", "devError", "devLoss") if last[name] is not None]
        if not all(map(math.isfinite, known)):
            return True
        return last["trainLoss"] is not None and last["trainLoss"] > ABSURD * max(1.0, self.first_loss or 0.0)

    def write(self, status):
        """Writes the whole record beside its place and renames it: a reader sees the old one or the new one."""
        record = {
            **self.head,
            "status": "diverged" if self.diverged() else status,
            "curve": [{k: v for k, v in point.items() if k != "steps"} for point in self.curve],
            "start": self.start,
            "losses": self.stretches.segments() or None,
            "bestEpoch": self.best_epoch,
            "train": self.train,
            "trainDev": None,
            "dev": self.dev,
            "parameters": self.parameters,
            "nonzero": self.nonzero,
            "seconds": self.curve[-1]["seconds"] if self.curve else None,
            "data": self.data,
            "probes": None,
            "analysis": None,
        }
        part = self.path + ".part"
        with open(part, "w", encoding="utf-8") as file:
            json.dump(short(record), file, separators=(",", ":"))
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, self.path)


def short(value):
    """With nine digits, all that a float32 holds. NaN stays: a diagnosis looks for it."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {key: short(inner) for key, inner in value.items()}
    return [short(inner) for inner in value] if isinstance(value, (list, tuple)) else value


ACTIVATION_LAYERS = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "PReLU": "prelu", "ELU": "elu", "Softmax": "softmax"}


def array(tensor):
    return keras.ops.convert_to_numpy(tensor)


def without_gradients():
    if keras.backend.backend() != "torch":
        return nullcontext()
    import torch

    return torch.no_grad()


def norms(tensors):
    """Euclidean norms, brought from the device at once."""
    ops = keras.ops
    with without_gradients():
        return np.sqrt(array(ops.stack([ops.sum(ops.square(ops.cast(t, "float32"))) for t in tensors])).astype(np.float64))


def is_unit_layer(layer):
    return hasattr(layer, "kernel") and (isinstance(layer, keras.layers.Dense) or "Conv" in type(layer).__name__)


def activation_of(layer):
    """What a layer does to its outputs at its end; None for one that has no such end."""
    if type(layer).__name__ in ACTIVATION_LAYERS:
        return ACTIVATION_LAYERS[type(layer).__name__]
    function = getattr(layer, "activation", None)
    return None if function is None else getattr(function, "__name__", type(function).__name__)


class Layers:
    """The trained layers of a model in the order in which they run, with what they do on some rows."""

    def __init__(self, model):
        self.model, self.groups, self.variables, self.seen = model, [], [], None
        self.inner = [layer for layer in model._flatten_layers(include_self=True, recursive=True)]

    def own(self, layer):
        trained = {id(v) for v in self.model.trainable_weights}
        return [v for v in layer._trainable_variables if id(v) in trained]

    def watched(self, x):
        """Runs the model in evaluation mode; gives its outputs and the health of activations by layer."""
        order, health, now, self.output_activation = [], {}, [], "linear"
        logits = {}

        def look(layer, values, kind):
            first = is_unit_layer(layer) and getattr(layer, "data_format", "") == "channels_first"
            health[layer.path] = activation_health(array(values), kind, 1 if first else -1)

        def ran(layer, inputs, values):
            if is_unit_layer(layer) and self.seen is None and inputs:
                self.seen = array(inputs[0])  # what the first layer gets
            if layer not in order:
                order.append(layer)
            name = activation_of(layer)
            if is_unit_layer(layer):
                now[:], self.output_activation = [layer], name or "linear"
                logits[layer] = values if name == "linear" else getattr(values, "_keras_logits", None)
                if name not in ("linear", "softmax"):
                    look(layer, values, name)
            elif name is not None and now and (type(layer).__name__ in ACTIVATION_LAYERS or isinstance(layer, keras.layers.Activation)):
                self.output_activation = name
                if name != "softmax":
                    look(now[0], values, name)

        def wrapped(layer):
            call = layer.call

            def watch(*args, **kwargs):
                values = call(*args, **kwargs)
                ran(layer, args, values)
                return values

            return watch

        watched = [layer for layer in self.inner if layer is not self.model and (self.own(layer) or activation_of(layer))]
        for layer in watched:
            object.__setattr__(layer, "call", wrapped(layer))
        try:
            with without_gradients():
                outputs = self.model(x, training=False)
        finally:
            for layer in watched:
                object.__delattr__(layer, "call")
        if now:
            health.pop(now[0].path, None)
            if logits[now[0]] is not None:
                look(now[0], logits[now[0]], None)  # what the network gives, before softmax or sigmoid
        if not self.groups:
            self.group(order)
        return outputs, health

    def group(self, order):
        """Normalizations and the like, whose weights are one number a unit, belong to the layer before them."""
        seen = set()
        for layer in order + [layer for layer in self.inner if layer not in order]:
            variables = [v for v in self.own(layer) if id(v) not in seen]
            seen.update(map(id, variables))
            if not variables:
                continue
            if not self.groups or any(len(v.shape) > 1 for v in self.own(layer)):
                self.groups.append((layer, variables))
            else:
                self.groups[-1][1].extend(variables)
        self.variables = [v for _, variables in self.groups for v in variables]
        self.owner = np.repeat(np.arange(len(self.groups)), [len(variables) for _, variables in self.groups])

    def by_layer(self, squares):
        return np.sqrt(np.bincount(self.owner, squares**2, len(self.groups)))

    def start(self, health):
        layers = []
        for layer, variables in self.groups:
            if not is_unit_layer(layer):
                continue
            kernel = array(layer.kernel)
            window, (before, after) = math.prod(kernel.shape[:-2]), kernel.shape[-2:]
            if "Transpose" in type(layer).__name__:
                kernel, before, after = np.swapaxes(kernel, -1, -2), after, before
            elif "Depthwise" in type(layer).__name__:
                kernel, before = kernel.reshape(*kernel.shape[:-2], 1, before * after), 1
            else:
                after //= getattr(layer, "groups", 1)
            bias = [layer.bias] if getattr(layer, "bias", None) is not None else []
            bias += [v for v in variables if v.path.rsplit("/", 1)[-1] in ("bias", "beta") and all(v is not b for b in bias)]
            weight = np.moveaxis(kernel, -1, 0)
            layers.append(start_layer(layer.path, weight, [array(b) for b in bias], (before * window, after * window), health.get(layer.path)))
        return layers


class Loss:
    """The loss that a model is compiled with, without penalties."""

    def __init__(self, model):
        given = model.loss
        self.name, self.function, self.classes, self.logits, self.binary = None, None, False, False, False
        if given is None or isinstance(given, (dict, list, tuple)):
            return
        self.function = keras.losses.get(given)
        self.name = getattr(self.function, "__name__", type(self.function).__name__)
        plain = self.name.lower().replace("_", "")
        config = self.function.get_config() if hasattr(self.function, "get_config") else {}
        self.logits = bool(config.get("from_logits", False))
        self.name += "_from_logits" if self.logits else ""
        self.classes = "crossentropy" in plain or plain == "kldivergence"
        self.binary = plain.startswith("binary")

    def __call__(self, y, outputs):
        y = keras.ops.convert_to_tensor(y)
        return keras.ops.mean(self.function(y, outputs))


def gradients(model, loss, variables, x, y):
    """Of the loss on some rows, in evaluation mode; the backend of PyTorch needs none, as it keeps those of the steps."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=False))
        found = tape.gradient(value, [v.value for v in variables])
        return [tf.zeros(v.shape) if g is None else tf.convert_to_tensor(g) for g, v in zip(found, variables)]
    import jax

    fixed = [v.value for v in model.non_trainable_variables]
    order = {id(v): i for i, v in enumerate(model.trainable_variables)}

    def value(trained):
        return loss(y, model.stateless_call(trained, fixed, x, training=False)[0])

    found = jax.grad(value)([v.value for v in model.trainable_variables])
    return [found[order[id(v)]] for v in variables]


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
