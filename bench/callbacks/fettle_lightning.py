"""Writes a record for `fettle diagnose` from a training with Lightning.

    trainer = lightning.Trainer(callbacks=[FettleCallback()])
    trainer.fit(module, train_loader, dev_loader)
"""

# Printed by `fettle callback lightning`, fettle 0.1.0. It needs the framework and NumPy.

import json
import math
import os
import time
import numpy as np
import torch
from torch import nn
from torch.overrides import TorchFunctionMode


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


ACTIVATIONS = {"relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "mish", "tanh", "sigmoid", "hardtanh"}
ACTIVATIONS |= {"hardswish", "hardsigmoid", "softplus", "softsign", "prelu", "rrelu", "softmax", "log_softmax", "logsigmoid"}
LOSSES = {
    "cross_entropy": "CrossEntropyLoss",
    "nll_loss": "NLLLoss",
    "binary_cross_entropy": "BCELoss",
    "binary_cross_entropy_with_logits": "BCEWithLogitsLoss",
    "mse_loss": "MSELoss",
    "l1_loss": "L1Loss",
    "smooth_l1_loss": "SmoothL1Loss",
    "huber_loss": "HuberLoss",
}


class Spy(TorchFunctionMode):
    """Sees activations and losses, whether they are modules or functions."""

    def __init__(self, activated=None):
        super().__init__()
        self.activated, self.last, self.losses, self.inside = activated, None, [], False

    def __torch_function__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", "").rstrip("_")
        if name in LOSSES:
            self.losses.append((func, args, kwargs or {}, result))
        elif name in ACTIVATIONS and isinstance(result, torch.Tensor):
            self.last = (name, result)
            if self.activated is not None:
                self.activated(name, result)
        return result

    def activation_of(self, outputs):
        """What was done last to make these outputs; `linear` if nothing was."""
        if self.last is None or self.last[1].data_ptr() != outputs.data_ptr() or self.last[1].numel() != outputs.numel():
            return "linear"
        return self.last[0].replace("_", "-")


def own_parameters(module):
    return [p for p in module.parameters(recurse=False) if p.requires_grad]


def is_unit_layer(module):
    return isinstance(module, (nn.Linear, nn.modules.conv._ConvNd))


def begins_layer(module):
    """Normalizations and the like, whose weights are one number a unit, belong to the layer before them."""
    return any(p.dim() > 1 for p in own_parameters(module))


class Layers:
    """The trained layers of a model in the order in which they run, with what they do on some rows."""

    def __init__(self, model):
        self.model, self.names = model, {module: name or "model" for name, module in model.named_modules()}
        self.groups, self.device, self.seen = [], next(model.parameters()).device, None

    def watched(self, run):
        """Runs the model in evaluation mode; gives its result and the health of activations by layer."""
        order, outputs, health, hooks, now = [], {}, {}, [], []

        def look(module, values, kind):
            axis = 1 if isinstance(module, nn.modules.conv._ConvNd) and values.dim() > 2 else -1
            health[self.names[module]] = activation_health(array(values), kind, axis)

        def before(module, _):
            if module not in order:
                order.append(module)
            if begins_layer(module):
                now[:] = [module]

        def after(module, inputs, output):
            if is_unit_layer(module) and isinstance(output, torch.Tensor):
                if not outputs and not self.groups and inputs:
                    self.seen = array(inputs[0])  # what the first layer gets
                outputs[module] = output

        def activated(name, result):
            if now and now[0] in outputs and name not in ("softmax", "log_softmax"):
                look(now[0], result, name)  # at once: what follows may write into it

        for module in self.names:
            if own_parameters(module):
                hooks += [module.register_forward_pre_hook(before), module.register_forward_hook(after)]
        try:
            with evaluating(self.model), Spy(activated) as spy:
                result = run()
        finally:
            for hook in hooks:
                hook.remove()
        last = next((m for m in reversed(order) if m in outputs), None)
        if last is not None:
            look(last, outputs[last], None)  # what the network gives, before softmax or sigmoid
        if not self.groups:
            self.group(order)
        return result, health, spy

    def group(self, order):
        """Parts that were not called, such as those that attention reads itself, follow what was registered before."""
        modules = [m for m in self.names if own_parameters(m)]
        for i, module in enumerate(modules):
            if module not in order:
                order.insert(order.index(modules[i - 1]) + 1 if i > 0 else 0, module)
        seen = set()
        for module in order:
            parameters = [p for p in own_parameters(module) if id(p) not in seen]
            seen.update(map(id, parameters))
            if not parameters:
                continue
            if begins_layer(module) or not self.groups:
                self.groups.append((self.names[module], module, parameters))
            else:
                self.groups[-1][2].extend(parameters)
        self.parameters = [p for _, _, parameters in self.groups for p in parameters]
        self.owner = np.repeat(np.arange(len(self.groups)), [len(parameters) for _, _, parameters in self.groups])
        self.device = self.parameters[0].device
        self.real = torch.float32 if self.device.type == "mps" else torch.float64

    def start(self, health):
        layers = []
        for name, module, parameters in self.groups:
            if not is_unit_layer(module):
                continue
            weight = module.weight.detach()
            window = math.prod(weight.shape[2:])
            fans = (weight.shape[1] * window, weight.shape[0] * window)
            if isinstance(module, nn.modules.conv._ConvNd):
                fans = (fans[0], fans[1] // module.groups)
                if module.transposed:
                    fans, weight = (fans[1], fans[0]), weight.transpose(0, 1)
            biases = [array(b) for b in self.biases(module, parameters)]
            layers.append(start_layer(name, array(weight), biases, fans, health.get(name)))
        return layers

    def biases(self, module, parameters):
        own = [module.bias] if module.bias is not None else []
        ids = set(map(id, parameters))
        return own + [
            m.bias for m in self.names if m is not module and isinstance(getattr(m, "bias", None), torch.Tensor) and id(m.bias) in ids
        ]

    def norms(self, tensors):
        """Euclidean norms of tensors that stand for the parameters, on their device."""
        known = [t.detach() if t is not None and not t.is_sparse else None if t is None else t.coalesce().values() for t in tensors]
        known = [torch.zeros(1, device=p.device) if t is None else t for t, p in zip(known, self.parameters)]
        known = [t.float() if t.dtype in (torch.float16, torch.bfloat16) else t for t in known]
        return torch.stack([n.to(self.device, self.real) for n in torch._foreach_norm(known)])


class evaluating:
    """Evaluation mode without gradients; each module goes back to the mode that it was in."""

    def __init__(self, model):
        self.model, self.grad = model, torch.no_grad()

    def __enter__(self):
        self.trained = [module for module in self.model.modules() if module.training]
        self.model.eval()
        self.grad.__enter__()

    def __exit__(self, *error):
        self.grad.__exit__(*error)
        for module in self.trained:
            module.training = True


def array(tensor):
    tensor = tensor.detach()
    return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).cpu().numpy()


def moved(value, device):
    """Tensors, in whatever holds them, on a device."""
    if isinstance(value, torch.Tensor):
        return value.to(device)
    if isinstance(value, dict):
        return {key: moved(inner, device) for key, inner in value.items()}
    return type(value)(moved(inner, device) for inner in value) if isinstance(value, (tuple, list)) else value


def bare(model):
    """Without the wrappers of torch.compile and of data parallelism."""
    wrappers = (nn.DataParallel, nn.parallel.DistributedDataParallel)
    while hasattr(model, "_orig_mod") or isinstance(model, wrappers):
        model = model.module if isinstance(model, wrappers) else model._orig_mod
    return model


def on_first_process():
    distributed = torch.distributed
    return not (distributed.is_available() and distributed.is_initialized()) or distributed.get_rank() == 0


class Rows:
    """Rows by their numbers, of arrays, tensors, a Dataset or a DataLoader; `batch` has inputs and targets."""

    def __init__(self, source):
        self.collate, self.names = None, getattr(source[0], "columns", None) if isinstance(source, (tuple, list)) else None
        if isinstance(source, (tuple, list)):
            self.tensors = [torch.as_tensor(part.to_numpy() if hasattr(part, "to_numpy") else part) for part in source]
            self.count = len(self.tensors[1])
            return
        self.tensors, self.data = None, getattr(source, "dataset", source)
        self.collate = getattr(source, "collate_fn", None) or torch.utils.data.default_collate
        if isinstance(self.data, torch.utils.data.TensorDataset) and len(self.data.tensors) == 2:
            self.tensors = list(self.data.tensors)
        if not hasattr(self.data, "__len__") or not hasattr(self.data, "__getitem__"):
            raise ValueError(
                "fettle: expected rows that can be numbered, received an iterable dataset. "
                "Pass some of them: train=(inputs, targets), dev=(inputs, targets)."
            )
        self.count = len(self.data)

    def take(self, most):
        chosen = spread(self.count, most)
        if self.tensors is not None:
            return [t if len(chosen) == self.count else t[torch.as_tensor(chosen)] for t in self.tensors]
        batch = self.collate([self.data[int(i)] for i in chosen])
        if not isinstance(batch, (tuple, list)) or len(batch) != 2:
            raise ValueError("fettle: expected batches of inputs and targets. Pass some: train=(inputs, targets), dev=...")
        return list(batch)

    def targets(self):
        """All of them, where that costs nothing; else None."""
        known = self.tensors[1] if self.tensors is not None else getattr(self.data, "targets", None)
        return None if known is None or len(known) != self.count else np.asarray(known)


class CapturedLoss:
    """The loss function that a training step called, as a function of outputs and targets."""

    def __init__(self, spy, func, args, kwargs):
        given = dict(zip(("input", "target"), args[:2])) | kwargs
        self.func, self.rest = func, (args[2:], {k: v for k, v in kwargs.items() if k not in ("input", "target")})
        self.name, self.reduction = LOSSES[func.__name__], kwargs.get("reduction", "mean")
        self.input, self.target, self.type = given["input"].shape[1:], given["target"].shape[1:], given["target"].dtype
        self.activation, self.completes = spy.activation_of(given["input"]), False

    def __call__(self, outputs, y):
        if self.completes:  # what the training step does between the model and the loss
            outputs = {"softmax": lambda o: o.softmax(-1), "log-softmax": lambda o: o.log_softmax(-1)}.get(self.activation, torch.sigmoid)(outputs)
        if outputs.numel() == len(y) * self.input.numel():
            outputs = outputs.reshape(len(y), *self.input)
        if y.numel() == len(y) * self.target.numel():
            y = y.reshape(len(y), *self.target)
        elif y.dim() == 1 and len(self.target) == 1 and not y.is_floating_point():
            y = nn.functional.one_hot(y, self.target[0])
        return self.func(outputs, y.to(self.type), *self.rest[0], **self.rest[1])


def captured_loss(spy, loss):
    """The function that gave a loss; None where that was no loss function of torch, or several."""
    found = [one for one in spy.losses if one[3] is loss] or (spy.losses if len(spy.losses) == 1 else [])
    return CapturedLoss(spy, *found[-1][:3]) if found else None


def squeezed(outputs, y):
    """One output a row beside one number a row, which would become [rows, rows] in the loss."""
    alone = outputs.dim() == 2 and outputs.shape[1] == 1 and y.dim() == 1 and y.is_floating_point()
    return outputs.reshape(-1) if alone else outputs


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


try:
    from lightning.pytorch import Callback
    from lightning.pytorch.callbacks import EarlyStopping
except ImportError:
    from pytorch_lightning import Callback
    from pytorch_lightning.callbacks import EarlyStopping



class FettleCallback(Callback):
    """Put it last in the list of callbacks, so that it sees the weights that the others keep.

    The loss is the one that training_step calls; its loaders are those of the trainer.

    path: where the record goes, after each epoch and at the end.
    train, dev: (inputs, targets) or a Dataset or DataLoader of such pairs, in place of the trainer's loaders.
    loss_fn: function(outputs, targets), where training_step computes its loss without the functions of torch.
    forward: function(module, inputs) that gives the outputs that the loss reads; default module(inputs).
    task, classes, errors, overhead, every: as in FettleRecorder.
    """

    def __init__(self, path="fettle-record.json", *, train=None, dev=None, loss_fn=None, forward=None, **options):
        super().__init__()
        self.path, self.train, self.dev, self.loss_fn, self.forward, self.options = path, train, dev, loss_fn, forward, options
        self.recorder, self.spy, self.seen = None, None, 0

    def on_train_batch_start(self, trainer, module, batch, batch_idx):
        if self.recorder is None and self.spy is None and trainer.is_global_zero:
            self.spy = Spy().__enter__()

    def on_before_backward(self, trainer, module, loss):
        """Before the first step, when the loss is known, the recorder looks at the start."""
        if self.spy is None:
            return
        self.spy.__exit__(None, None, None)
        loss_fn = self.loss_fn or captured_loss(self.spy, loss)
        self.spy = None
        dev = self.dev or trainer.val_dataloaders or None
        if isinstance(dev, list) and self.dev is None:
            dev = dev[0]
        optimizer = trainer.optimizers[0] if trainer.optimizers else None
        self.recorder = FettleRecorder(
            module, loss_fn, optimizer, self.train or trainer.train_dataloader, dev,
            path=self.path, forward=self.forward, source="lightning", **self.options,
        )  # fmt: skip
        self.seen = trainer.global_step

    def on_after_backward(self, trainer, module):
        if self.recorder is not None:
            self.recorder.take_gradients()  # Lightning clips them later

    def on_train_batch_end(self, trainer, module, outputs, batch, batch_idx):
        if self.spy is not None:  # there was no loss
            self.spy.__exit__(None, None, None)
            self.spy = None
        if self.recorder is None or trainer.global_step == self.seen:
            return  # gradients are still being summed up
        self.seen = trainer.global_step
        loss = outputs["loss"] if isinstance(outputs, dict) else outputs
        if loss is not None:
            self.recorder.step(loss)

    def on_train_epoch_end(self, trainer, module):
        if self.recorder is not None:
            self.recorder.epoch()

    def on_train_end(self, trainer, module):
        self.finish("early-stopped" if any(one.stopped_epoch > 0 for one in trainer.callbacks if isinstance(one, EarlyStopping)) else "finished")

    def on_exception(self, trainer, module, exception):
        if self.spy is not None:
            self.spy.__exit__(None, None, None)
            self.spy = None
        self.finish("stopped")

    def finish(self, status):
        if self.recorder is not None:
            self.recorder.finish(status)
            self.recorder = None
