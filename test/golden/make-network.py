"""Writes network.json: reference values for src/network, in float64. Run with PyTorch: python make-network.py"""

import json
import pathlib
import re
import sys

import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def numbers(tensor):
    return [float(f"{x:.12g}") for x in tensor.detach().reshape(-1).tolist()]


def tensor(*shape):
    """Values with few digits, so that the file says exactly what went in."""
    return (torch.randn(*shape) * 1.5).round(decimals=3)


def activations():
    x = torch.tensor([-9, -4, -2.5, -1, -0.5, -0.1, 0.1, 0.5, 1, 2.5, 4, 9])
    table = {
        "relu": F.relu,
        "leaky-relu": lambda z: F.leaky_relu(z, 0.01),
        "elu": F.elu,
        "selu": F.selu,
        "gelu": F.gelu,
        "silu": F.silu,
        "mish": F.mish,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "linear": lambda z: z * 1,
    }
    out = {}
    for name, function in table.items():
        z = x.clone().requires_grad_()
        y = function(z)
        y.sum().backward()
        out[name] = {"y": numbers(y), "slope": numbers(z.grad)}
    return {"x": numbers(x), "of": out}


def loss_case(plan, output, target, weights, value):
    output = output.clone().requires_grad_()
    loss = value(output)
    loss.backward()
    return {
        "plan": plan,
        "shape": list(output.shape),
        "output": numbers(output),
        "target": target.tolist(),
        "classWeights": None if weights is None else weights.tolist(),
        "loss": loss.item(),
        "gradient": numbers(output.grad),
    }


def losses():
    cases = []
    logits, classes = tensor(6, 4), torch.tensor([0, 3, 1, 1, 2, 3])
    weights = torch.tensor([0.5, 2.0, 1.0, 0.75])
    for smoothing in (0.0, 0.1):
        for w in (None, weights):
            soft = F.one_hot(classes, 4).double() * (1 - smoothing) + smoothing / 4
            row = torch.ones(6) if w is None else w[classes]
            plan = {"kind": "cross-entropy", "labelSmoothing": smoothing, "classWeights": "none" if w is None else "balanced"}
            if w is None:
                value = lambda z: F.cross_entropy(z, classes, label_smoothing=smoothing)
            elif smoothing == 0:
                value = lambda z: F.cross_entropy(z, classes, weight=w, reduction="sum") / 6
            else:
                value = lambda z: (F.cross_entropy(z, soft, reduction="none") * row).mean()
            cases.append(loss_case(plan, logits, classes, w, value))
    members = tensor(3, 6, 4)
    plan = {"kind": "cross-entropy", "labelSmoothing": 0.0, "classWeights": "none"}
    cases.append(loss_case(plan, members, classes, None, lambda z: sum(F.cross_entropy(m, classes) for m in z) / 3))

    logit, labels = torch.tensor([[-30.0], [2.5], [0.25], [-0.7], [30.0]]), torch.tensor([0, 1, 0, 1, 0])
    for smoothing in (0.0, 0.2):
        for w in (None, torch.tensor([0.5, 2.0])):
            soft = labels.double() * (1 - smoothing) + smoothing / 2
            plan = {
                "kind": "binary-cross-entropy",
                "labelSmoothing": smoothing,
                "classWeights": "none" if w is None else "balanced",
            }
            row = None if w is None else w[labels]
            value = lambda z: F.binary_cross_entropy_with_logits(z[:, 0], soft, weight=row)
            cases.append(loss_case(plan, logit, labels, w, value))

    numbers_out, target = tensor(5, 1), torch.tensor([0.5, -1.25, 2.0, 0.0, -0.75])
    cases.append(loss_case({"kind": "mse"}, numbers_out, target, None, lambda z: F.mse_loss(z[:, 0], target)))
    for delta in (1.0, 0.3):
        value = lambda z: F.huber_loss(z[:, 0], target, delta=delta)
        cases.append(loss_case({"kind": "huber", "delta": delta}, numbers_out, target, None, value))
    return cases


def normalization(make, running):
    x, v = tensor(5, 3), tensor(5, 3)
    module = make()
    with torch.no_grad():
        module.weight.copy_(torch.tensor([1.5, -0.5, 0.75]))
        module.bias.copy_(torch.tensor([0.25, 0.0, -1.0]))
    z = x.clone().requires_grad_()
    y = module(z)
    (y * v).sum().backward()
    out = {
        "x": numbers(x),
        "v": numbers(v),
        "scale": numbers(module.weight),
        "bias": numbers(module.bias),
        "y": numbers(y),
        "gradients": {"x": numbers(z.grad), "scale": numbers(module.weight.grad), "bias": numbers(module.bias.grad)},
    }
    if running:
        out["running"] = {"mean": numbers(module.running_mean), "variance": numbers(module.running_var)}
        module.eval()
        out["evaluation"] = numbers(module(x))
    return out


def embedding():
    tables = [tensor(3, 2).requires_grad_(), tensor(4, 2).requires_grad_()]
    codes, v = torch.tensor([[0, 3], [2, 1], [2, 0], [1, 3]]), tensor(4, 4)
    y = torch.cat([F.embedding(codes[:, i], t) for i, t in enumerate(tables)], 1)
    (y * v).sum().backward()
    return {
        "cardinalities": [3, 4],
        "width": 2,
        "table": numbers(torch.cat(tables)),
        "codes": codes.reshape(-1).tolist(),
        "v": numbers(v),
        "y": numbers(y),
        "gradient": numbers(torch.cat([t.grad for t in tables])),
    }


def network():
    """3 columns, 4 SiLU, layer normalization, a residual layer of 4, 3 classes: loss and all gradients."""
    x, classes = tensor(7, 3), torch.tensor([0, 2, 1, 1, 0, 2, 2])
    p = {}
    for i, (a, b) in enumerate([(3, 4), (4, 4)]):
        p[f"hidden.{i}.weight"], p[f"hidden.{i}.bias"] = tensor(a, b), tensor(b)
        p[f"hidden.{i}.normalization.scale"], p[f"hidden.{i}.normalization.bias"] = tensor(b), tensor(b)
    p["output.weight"], p["output.bias"] = tensor(4, 3), tensor(3)
    for value in p.values():
        value.requires_grad_()
    h = x
    for i in range(2):
        z = h @ p[f"hidden.{i}.weight"] + p[f"hidden.{i}.bias"]
        z = F.layer_norm(z, (4,), p[f"hidden.{i}.normalization.scale"], p[f"hidden.{i}.normalization.bias"])
        h = F.silu(z) + (h if i == 1 else 0)
    logits = h @ p["output.weight"] + p["output.bias"]
    loss = F.cross_entropy(logits, classes)
    loss.backward()
    return {
        "x": numbers(x),
        "target": classes.tolist(),
        "parameters": {k: numbers(v) for k, v in p.items()},
        "output": numbers(logits),
        "loss": loss.item(),
        "gradients": {k: numbers(v.grad) for k, v in p.items()},
    }


golden = {
    "made": {"script": "make-network.py", "torch": torch.__version__, "python": sys.version.split()[0]},
    "activations": activations(),
    "losses": losses(),
    "batchNormalization": normalization(lambda: torch.nn.BatchNorm1d(3), True),
    "layerNormalization": normalization(lambda: torch.nn.LayerNorm(3), False),
    "embedding": embedding(),
    "network": network(),
}
text = json.dumps(golden, indent=2)
text = re.sub(r"\[[^\[\]{}]*\]", lambda found: re.sub(r"\s+", " ", found[0]).replace("[ ", "[").replace(" ]", "]"), text)
pathlib.Path(__file__).with_name("network.json").write_text(text + "\n")
