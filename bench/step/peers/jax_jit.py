"""JAX: one jitted step with donated buffers on one thread; answers requests as ../../lib/peer.ts sends them.

usage: jax_jit.py WIDTHS ROWS BATCH fixed|gathered
"""

import json
import os
import sys
import time
from functools import partial

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np

widths = [int(n) for n in sys.argv[1].split("-")]
rows, batch, gathered = int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "gathered"

random = np.random.default_rng(0)
params = [
    (jnp.asarray(random.normal(0, np.sqrt(2 / a), (a, b)), jnp.float32), jnp.zeros(b))
    for a, b in zip(widths, widths[1:])
]
first = jax.tree.map(jnp.zeros_like, params)
second = jax.tree.map(jnp.zeros_like, params)
X = jnp.asarray(random.uniform(-1, 1, (rows, widths[0])), jnp.float32)
Y = jnp.arange(rows) % widths[-1]
# The fixed batch holds each row twice with different labels: what cannot be learnt by heart keeps its gradients.
half = jnp.arange(batch) % (batch // 2)
x, y = X[half], (half + jnp.arange(batch) // (batch // 2)) % widths[-1]


def loss_of(params, x, y):
    h = x
    for i, (w, b) in enumerate(params):
        h = h @ w + b
        if i < len(params) - 1:
            h = jax.nn.relu(h)
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(h), y[:, None], 1))


def update(params, first, second, t, x, y):
    loss, grads = jax.value_and_grad(loss_of)(params, x, y)
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, grads)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, grads)
    rate = 1e-4 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    params = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-8), params, first, second)
    return params, first, second, t + 1, loss


@partial(jax.jit, donate_argnums=(0, 1, 2, 3))
def step_fixed(params, first, second, t, x, y):
    return update(params, first, second, t, x, y)


@partial(jax.jit, donate_argnums=(0, 1, 2, 3))
def step_gathered(params, first, second, t, X, Y, chosen):
    return update(params, first, second, t, X[chosen], Y[chosen])


state = (params, first, second, jnp.asarray(1.0))
order = random.permutation(rows)
steps = 0


def step():
    global state, steps, order
    if gathered:
        at = steps % (rows // batch) * batch
        if at == 0:
            order = random.permutation(rows)
        *new, loss = step_gathered(*state, X, Y, order[at : at + batch])
    else:
        *new, loss = step_fixed(*state, x, y)
    state = tuple(new)
    steps += 1
    return loss


def say(line):
    print(json.dumps(line), flush=True)


for _ in range(50):
    step().block_until_ready()
about = {"jax": jax.__version__, "python": sys.version.split()[0], "batch": sys.argv[4]}
say({"ready": True, "about": about})
for line in sys.stdin:
    count = json.loads(line)["count"]
    start = time.perf_counter()
    for _ in range(count):
        loss = step()
    loss.block_until_ready()
    say({"ms": (time.perf_counter() - start) * 1000, "loss": float(loss)})
