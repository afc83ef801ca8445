"""What a model of PyTorch does on some rows: layers in order, norms, activations, the loss and what it reads."""

import math

import numpy as np
import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from fettle_record import activation_health, spread, start_layer

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
