"""Writes statistics.json: reference values for src/base/statistics. Run with SciPy: python make-statistics.py"""

import json
import pathlib
import sys

import numpy as np
import scipy
from scipy import stats

probabilities = [1e-12, 1e-6, 0.001, 0.025, 0.05, 0.2, 0.5, 0.6, 0.9, 0.95, 0.975, 0.995, 0.9999]
degrees = [1, 2, 3, 4.5, 9, 29, 100, 999, 1000, 50000]


def wilson(k, n, c):
    r = stats.binomtest(k, n).proportion_ci(c, method="wilson")
    return [float(r.low), float(r.high)]


def newcombe(k1, n1, k2, n2, c):
    (l1, u1), (l2, u2) = wilson(k1, n1, c), wilson(k2, n2, c)
    p1, p2 = k1 / n1, k2 / n2
    d = p1 - p2
    return [d - float(np.hypot(p1 - l1, u2 - p2)), d + float(np.hypot(u1 - p1, p2 - l2))]


rng = np.random.default_rng(7)
a = np.round(rng.gamma(2.0, 1.0, 40), 4)
b = np.round(a * 0.8 + rng.gamma(1.0, 0.4, 40), 4)
paired = stats.ttest_rel(a, b).confidence_interval(0.95)
boot = stats.bootstrap(
    (a, b),
    lambda x, y, axis=-1: np.sqrt(np.mean(x, axis=axis)) - np.sqrt(np.mean(y, axis=axis)),
    paired=True,
    vectorized=True,
    n_resamples=100000,
    method="BCa",
    confidence_level=0.95,
    random_state=np.random.default_rng(1),
).confidence_interval
boot_mean = stats.bootstrap(
    (a, b),
    lambda x, y, axis=-1: np.mean(x, axis=axis) - np.mean(y, axis=axis),
    paired=True,
    vectorized=True,
    n_resamples=100000,
    method="BCa",
    confidence_level=0.95,
    random_state=np.random.default_rng(1),
).confidence_interval
folds = [0.021, 0.034, 0.018, 0.027, 0.04, 0.012, 0.03, 0.025, 0.022, 0.019]
half = stats.t.ppf(0.975, 9) * np.sqrt((1 / 10 + 1 / 4) * np.var(folds, ddof=1))
x = [1, 2, 3, 4, 5, 6, 8]
y = [0.41, 0.37, 0.36, 0.30, 0.31, 0.26, 0.2]
line = stats.linregress(x, y)
line_half = stats.t.ppf(0.975, len(x) - 2) * line.stderr

out = {
    "made": {"script": "make-statistics.py", "scipy": scipy.__version__, "numpy": np.__version__, "python": sys.version.split()[0]},
    "normalCdf": [[v, float(stats.norm.cdf(v))] for v in [-38, -20, -8, -7.1, -3, -1.96, -0.1, 0, 0.5, 1.6448536, 5]],
    "normalQuantile": [[p, float(stats.norm.ppf(p))] for p in probabilities],
    "studentCdf": [[v, d, float(stats.t.cdf(v, d))] for d in degrees for v in [-40, -2.5, -0.3, 0, 0.7, 3]],
    "studentQuantile": [[p, d, float(stats.t.ppf(p, d))] for d in degrees for p in probabilities],
    "wilson": [[k, n, c, *wilson(k, n, c)] for k, n, c in [(0, 20, 0.95), (1, 30, 0.95), (81, 263, 0.95), (15, 148, 0.99), (50, 50, 0.9), (200, 10000, 0.95)]],
    "newcombe": [[*k, *newcombe(*k)] for k in [(56, 70, 48, 80, 0.95), (9, 10, 3, 10, 0.95), (0, 10, 0, 20, 0.95), (10, 10, 0, 20, 0.95), (150, 10000, 100, 10000, 0.95)]],
    "mean": [[3.2, 0.4, 12, 0.95, *[float(v) for v in stats.t.interval(0.95, 11, 3.2, 0.4)]]],
    "paired": {
        "a": a.tolist(), "b": b.tolist(),
        "student": [float(paired.low), float(paired.high)],
        "bootstrapMean": [float(boot_mean.low), float(boot_mean.high)],
        "bootstrapRoot": [float(boot.low), float(boot.high)],
    },
    "resampled": {"values": folds, "testPerTrainRow": 0.25, "low": float(np.mean(folds) - half), "high": float(np.mean(folds) + half)},
    "line": {"x": x, "y": y, "slope": float(line.slope), "intercept": float(line.intercept), "low": float(line.slope - line_half), "high": float(line.slope + line_half)},
    "quantile": {"values": y, "at": [[p, float(np.quantile(y, p))] for p in [0, 0.1, 0.5, 0.77, 1]], "variance": float(np.var(y, ddof=1))},
}
pathlib.Path(__file__).with_name("statistics.json").write_text(json.dumps(out, indent=1) + "\n")
