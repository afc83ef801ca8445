"""Writes images.json: 20 training steps of three convolutional networks in PyTorch, in float64.

Run: python test/golden/make-images.py   (torch)
Pixels and first weights come from a small generator that the test has too, so they need not be stored.
"""

import json
import math
import pathlib
import platform

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
STEPS, BATCH, BATCHES, CLASSES = 20, 8, 3, 10
LEARNING_RATE, MOMENTUM = 0.01, 0.9


def stream(seed, count):
    """The upper 16 bits of a linear congruential generator (Numerical Recipes), which starts at `seed`."""
    state, numbers = seed, []
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        numbers.append(state >> 16)
    return numbers


def images(channels, side):
    """Bytes; each class is darker or brighter in one corner, so that there is something to learn."""
    count = BATCH * BATCHES
    noise = stream(1, count * channels * side * side)
    pixels = torch.tensor(noise).reshape(count, channels, side, side) >> 8
    for i in range(count):
        half = side // 2
        top, left = (i % CLASSES) % 2 * half, (i % CLASSES) // 2 % 2 * half
        pixels[i, :, top : top + half, left : left + half] //= 2 + (i % CLASSES) // 4
    return pixels


def start(parameters):
    """First values by role: He's uniform weights, scales near 1, biases near 0; rounded to float32."""
    values = {}
    for i, (name, shape) in enumerate(parameters.items()):
        unit = torch.tensor(stream(1000 + i, math.prod(shape))).double() / 32768 - 1
        role = name.split(".")[-1]
        fan_in = math.prod(shape[1:]) if len(shape) == 4 else shape[0]
        if role == "weight":
            unit = unit * math.sqrt(6 / fan_in)
        else:
            unit = unit / 16 + (1 if role == "scale" else 0)
        values[name] = unit.float().double().reshape(shape)
    return values


def scaled(pixels, centers, factors):
    per_channel = lambda numbers: torch.tensor(numbers).reshape(1, -1, 1, 1)
    return (pixels.double() - per_channel(centers)) * per_channel(factors)


def convolve(x, p, name, stride=1, padding=None):
    weight = p[f"{name}.weight"]
    padding = weight.shape[-1] // 2 if padding is None else padding
    return F.conv2d(x, weight, p.get(f"{name}.bias"), stride, padding)


def dense(x, p, name):
    return x @ p[f"{name}.weight"] + p[f"{name}.bias"]


def plain(x, p, _):
    x = F.relu(convolve(x, p, "stage.0.block.0.convolution"))
    x = F.relu(convolve(x, p, "stage.0.block.1.convolution"))
    x = F.relu(convolve(F.max_pool2d(x, 2), p, "stage.1.block.0.convolution"))
    return dense(x.mean((2, 3)), p, "output")


def lenet(x, p, _):
    x = F.max_pool2d(F.relu(convolve(x, p, "first")), 2)
    x = F.max_pool2d(F.relu(convolve(x, p, "second", padding=0)), 2)
    x = F.relu(dense(x.flatten(1), p, "third"))
    return dense(F.relu(dense(x, p, "fourth")), p, "output")


def resnet(x, p, buffers):
    def unit(x, name, stride=1):
        x = convolve(x, p, f"{name}.convolution", stride)
        statistics = [buffers[f"{name}.normalization.{part}"] for part in ("mean", "variance")]
        scale, bias = p[f"{name}.normalization.scale"], p[f"{name}.normalization.bias"]
        return F.batch_norm(x, *statistics, scale, bias, training=True)

    x = F.relu(unit(x, "stem"))
    for stage in range(3):
        name, stride = f"stage.{stage}.block.0", 1 if stage == 0 else 2
        through = unit(F.relu(unit(x, f"{name}.first", stride)), f"{name}.second")
        x = F.relu(through + (x if stage == 0 else unit(x, f"{name}.projection", stride)))
    return dense(x.mean((2, 3)), p, "output")


def with_bias(name, *shape):
    """A convolution [O, C, k, k] or a dense layer [F, H], and its bias."""
    return {f"{name}.weight": shape, f"{name}.bias": (shape[0] if len(shape) == 4 else shape[1],)}


def normalized(name, *shape):
    """A convolution without bias and the batch normalization after it."""
    affine = {f"{name}.normalization.{part}": (shape[0],) for part in ("scale", "bias")}
    return {f"{name}.convolution.weight": shape, **affine}


def residual(name, inputs, outputs):
    block = {**normalized(f"{name}.first", outputs, inputs, 3, 3), **normalized(f"{name}.second", outputs, outputs, 3, 3)}
    return block if inputs == outputs else {**block, **normalized(f"{name}.projection", outputs, inputs, 1, 1)}


CASES = [
    dict(
        name="plain", side=32, centers=[121, 112.5, 130], factors=[1 / 64, 1 / 50, 1 / 128], forward=plain,
        parameters={
            **with_bias("stage.0.block.0.convolution", 32, 3, 3, 3), **with_bias("stage.0.block.1.convolution", 64, 32, 3, 3),
            **with_bias("stage.1.block.0.convolution", 64, 64, 3, 3), **with_bias("output", 64, CLASSES),
        },
    ),
    dict(
        name="lenet", side=28, centers=[100], factors=[1 / 64], forward=lenet,
        parameters={
            **with_bias("first", 6, 1, 5, 5), **with_bias("second", 16, 6, 5, 5), **with_bias("third", 400, 120),
            **with_bias("fourth", 120, 84), **with_bias("output", 84, CLASSES),
        },
    ),
    dict(
        name="resnet", side=32, centers=[121, 112.5, 130], factors=[1 / 64, 1 / 50, 1 / 128], forward=resnet,
        parameters={
            **normalized("stem", 16, 3, 3, 3), **residual("stage.0.block.0", 16, 16), **residual("stage.1.block.0", 16, 32),
            **residual("stage.2.block.0", 32, 64), **with_bias("output", 64, CLASSES),
        },
    ),
]


def short(numbers):
    return [float(f"{x:.9g}") for x in numbers]


def run(name, side, centers, factors, forward, parameters):
    x = scaled(images(len(centers), side), centers, factors)
    target = torch.arange(BATCH * BATCHES) % CLASSES
    p = {key: value.requires_grad_() for key, value in start(parameters).items()}
    norms = [key.rsplit(".", 1)[0] for key in parameters if key.endswith("normalization.scale")]
    buffers = {f"{key}.mean": torch.zeros(parameters[f"{key}.scale"]) for key in norms}
    buffers |= {f"{key}.variance": torch.ones(parameters[f"{key}.scale"]) for key in norms}
    optimizer = torch.optim.SGD(p.values(), lr=LEARNING_RATE, momentum=MOMENTUM)
    losses = []
    for step in range(STEPS):
        rows = slice(step % BATCHES * BATCH, (step % BATCHES + 1) * BATCH)
        optimizer.zero_grad()
        loss = F.cross_entropy(forward(x[rows], p, buffers), target[rows])
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
    return dict(
        name=name, side=side, centers=centers, factors=factors, losses=short(losses),
        parameters={
            key: dict(shape=list(value.shape), norm=short([value.norm().item()])[0], head=short(value.flatten().tolist()[:8]))
            for key, value in p.items()
        },
        buffers={key: short(value.tolist()) for key, value in buffers.items()},
    )


golden = dict(
    made=dict(
        script="test/golden/make-images.py",
        python=platform.python_version(),
        torch=torch.__version__.split("+")[0],
    ),
    batch=BATCH, batches=BATCHES, learningRate=LEARNING_RATE, momentum=MOMENTUM,
    cases=[run(**case) for case in CASES],
)
path = pathlib.Path(__file__).with_name("images.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(f"{path}: {path.stat().st_size} bytes")
for case in golden["cases"]:
    print(case["name"], case["losses"][0], case["losses"][-1])
