"""Writes test/fixtures/logs/mlflow-rest: what a real MLflow tracking server answers.

Made with Python 3.11 and the versions in test/fixtures/logs/mlflow-rest/versions.json:
    pip install mlflow
    python test/golden/make-mlflow-rest.py
No test needs Python: the files are kept. `small.json` and `large.json` are the answers to metrics/get-history of all
metrics of a run, four values in each answer, one after the other.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "fixtures" / "logs" / "mlflow-rest"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def get(base, path, **question):
    with urllib.request.urlopen(f"{base}/api/2.0/mlflow/{path}?{urllib.parse.urlencode(question)}") as answer:
        return answer.read().decode()


def history(base, run, metric):
    token = None
    while True:
        text = get(base, "metrics/get-history", run_id=run, metric_key=metric, max_results=4, **({"page_token": token} if token else {}))
        yield text
        token = json.loads(text).get("next_page_token")
        if not token:
            return


def record(base):
    import mlflow

    mlflow.set_tracking_uri(base)
    experiment = mlflow.create_experiment("moons")
    for name, floor in (("small", 0.2), ("large", 0.01)):
        with mlflow.start_run(experiment_id=experiment, run_name=name) as run:
            for epoch in range(1, 16):
                accuracy = 1 - floor - 0.4 * 0.8**epoch
                mlflow.log_metrics({"train_loss": 0.7 * 0.8**epoch + floor, "train/accuracy": accuracy, "val/accuracy": accuracy - 0.08 + 0.05 * 0.8**epoch}, step=epoch)
            mlflow.log_metrics({"odd/nan": float("nan"), "odd/inf": float("inf"), "odd/minus": float("-inf"), "zero": 0.0}, step=0)
        metrics = json.loads(get(base, "runs/get", run_id=run.info.run_id))["run"]["data"]["metrics"]
        pages = [page for metric in metrics for page in history(base, run.info.run_id, metric["key"])]
        (OUT / f"{name}.json").write_text("\n".join(pages) + "\n")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        store = ["--backend-store-uri", f"sqlite:///{folder}/store.db", "--default-artifact-root", f"{folder}/artifacts"]
        command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", *store]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, start_new_session=True)
        try:
            for _ in range(180):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/health").read()
                    break
                except OSError:
                    time.sleep(1)
            record(f"http://127.0.0.1:{port}")
        finally:
            os.killpg(server.pid, 15)
            server.wait()
    from importlib.metadata import version

    (OUT / "versions.json").write_text(json.dumps({"mlflow": version("mlflow")}, indent=2) + "\n")


main()
