"""What a model of Keras does on some rows: layers in order, norms, activations, gradients, the loss."""

import math
from contextlib import nullcontext

import keras
import numpy as np

from fettle_record import activation_health, start_layer

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
