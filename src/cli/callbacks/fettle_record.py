"""What a record of fettle is made of, whoever trains: numbers in, plain JSON out. Needs NumPy only."""

import json
import math
import os
import time

import numpy as np

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
