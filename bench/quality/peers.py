"""Fits scikit-learn's MLP and HistGradientBoosting with library defaults on one fixed split.

usage: peers.py TRAIN.csv TEST.csv TARGET classification|regression
Prints one line of JSON: test error in % (classes) or RMSE (numbers), and seconds of fitting, for each.
"""

import csv
import json
import sys
import time
import warnings

import numpy as np
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

warnings.filterwarnings("ignore")  # "not converged": the defaults are what is measured
train_path, test_path, target, task = sys.argv[1:5]


def read(path):
    with open(path, newline="") as file:
        header, *rows = csv.reader(file)
    return {name: [row[i] for row in rows] for i, name in enumerate(header)}


def is_number(cells):
    try:
        [float(cell) for cell in cells if cell != ""]
        return True
    except ValueError:
        return False


train, test = read(train_path), read(test_path)
names = [name for name in train if name != target]
numeric = [i for i, name in enumerate(names) if is_number(train[name])]
texts = [i for i in range(len(names)) if i not in numeric]


def matrix(table):
    columns = []
    for i, name in enumerate(names):
        missing = np.nan if i in numeric else "missing"
        columns.append([missing if cell == "" else float(cell) if i in numeric else cell for cell in table[name]])
    return np.array(columns, dtype=object).T


regression = task == "regression"
labels = [np.array(table[target], dtype=float if regression else str) for table in (train, test)]
one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
scaled = ColumnTransformer(
    [("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numeric), ("texts", one_hot, texts)]
)
raw = ColumnTransformer([("numbers", "passthrough", numeric), ("texts", codes, texts)])
# Not standardizing the target would be the MLP's worst mistake; it is no option of the regressor.
mlp = TransformedTargetRegressor(MLPRegressor(random_state=0), transformer=StandardScaler()) if regression else MLPClassifier(random_state=0)
categorical = [False] * len(numeric) + [True] * len(texts)
trees = (HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier)(
    random_state=0, categorical_features=categorical
)

results = {}
for name, model in {"scikit-learn MLP": make_pipeline(scaled, mlp), "HistGradientBoosting": make_pipeline(raw, trees)}.items():
    start = time.perf_counter()
    model.fit(matrix(train), labels[0])
    seconds = time.perf_counter() - start
    wrong = model.predict(matrix(test)) - labels[1] if regression else model.predict(matrix(test)) != labels[1]
    value = float(np.sqrt(np.mean(wrong**2))) if regression else float(np.mean(wrong)) * 100
    results[name] = {"value": value, "seconds": seconds}
print(json.dumps(results))
