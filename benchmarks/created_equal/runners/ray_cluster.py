"""A Ray cluster: a trial is a task, which Ray places, repeats where a node is lost, and gives back as it ends."""

import json
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self

from tfgen.errors import TfgenError

from ..rows import untrained_row
from ..spec import Spec
from ..trials import Trial
from . import MOST_ATTEMPTS, TRIALS_OF_A_PROCESS, InARow

_PATIENCE_SECONDS = 5.0
_PORT = 6379
_CLIENT_PORT = 10001


class RayRunner:
    """Runs trials on a Ray cluster; a context manager, which leaves the cluster as it is.

    tfgen, and a user's own modules, have to be installed on each node, and the data to be found there. A training whose
    node is lost begins again.

    Args:
        spec: The study.
        address: Of the cluster, `"host:6379"` from one of its nodes or `"ray://host:10001"` from elsewhere; None for a
            Ray of this machine alone.
        data_dir: Where data sets are looked for first, on each node.
        gpus: The share of a GPU that a trial takes.

    Raises:
        TfgenError: If Ray is not installed, or nothing answers at the address.
    """

    states = 0

    def __init__(self, spec: Spec, address: str | None = None, data_dir: Path | None = None, gpus: float = 0.0):
        try:
            import ray
        except ImportError as error:
            raise TfgenError("--runner ray takes Ray; `pip install 'tfgen[cluster]'` brings it") from error
        self._ray = ray
        self.spec, self.address, self.data_dir, self.gpus = spec, address, data_dir, gpus
        if address is not None:
            _check_answers(address)

    def __enter__(self) -> Self:
        self._joined = not self._ray.is_initialized()
        # Beside what a node finds by itself.
        paths = os.pathsep.join([*_own_paths(), "${PYTHONPATH}"])
        if self._joined:
            try:
                self._ray.init(
                    address=self.address or "local",
                    logging_level="ERROR",
                    log_to_driver=False,
                    runtime_env={"env_vars": {"PYTHONPATH": paths}},
                )
            except (ConnectionError, RuntimeError, ValueError) as error:
                raise TfgenError(f"the Ray cluster at {self.address} cannot be joined: {error}") from error
        self._check_room()
        # Of itself Ray would begin a process for each trial that has a share of a GPU.
        options = {"num_cpus": self.spec.threads, "num_gpus": self.gpus, "max_calls": TRIALS_OF_A_PROCESS}
        options["max_retries"] = MOST_ATTEMPTS - 1
        self._check = self._ray.remote(**options)(_check)
        self._train = self._ray.remote(**options)(_train)
        self._job = json.dumps({"spec": self.spec.table, "data_dir": self.data_dir and str(self.data_dir)})
        return self

    def __exit__(self, *error: object) -> None:
        if self._joined:
            self._ray.shutdown()

    def check(self, trials: Sequence[Trial]) -> int:
        """As `Trainer.check`, on one of the nodes."""
        try:
            answer = self._ray.get(self._check.remote(self._job, [vars(trial) for trial in trials]))
        except self._ray.exceptions.RayError as error:
            raise TfgenError(f"the study cannot be checked on the cluster: {_last_line(error)}") from error
        if "error" in answer:
            raise TfgenError(answer["error"])
        return answer["state_bytes"]

    def run(self, trials: Sequence[Trial]) -> Iterator[dict[str, Any]]:
        """The rows of trials, as they end."""
        running = {self._train.remote(self._job, vars(trial)): trial for trial in trials}
        in_a_row = InARow()
        while running:
            (done, *_), _ = self._ray.wait(list(running), num_returns=1)
            trial = running.pop(done)
            try:
                yield in_a_row.add(self._ray.get(done), False)
            except self._ray.exceptions.RayError as error:
                yield in_a_row.add(untrained_row(trial, f"Ray gave it up: {_last_line(error)}"), True)

    def _check_room(self) -> None:
        """Ray would wait without a word for a node that has what a trial takes."""
        nodes = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        if not any(node.get("CPU", 0) >= self.spec.threads and node.get("GPU", 0) >= self.gpus for node in nodes):
            raise TfgenError(
                f"a trial takes {self.spec.threads} CPUs and {self.gpus:g} GPUs, and no node of the cluster has these; "
                "lower --gpus, or threads of the spec"
            )


@cache
def _trainer(job: str) -> Any:
    """The trainer of this process, which Ray keeps for the next trial."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from ..process import use_threads
    from ..trainer import Trainer

    told = json.loads(job)
    spec, data_dir = Spec(told["spec"]), told["data_dir"]
    use_threads(spec.threads)
    return Trainer(spec, data_dir and Path(data_dir))


def _train(job: str, trial: dict[str, Any]) -> dict[str, Any]:
    return _trainer(job)(Trial(**trial))


def _check(job: str, trials: list[dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"state_bytes": _trainer(job).check([Trial(**trial) for trial in trials])}
    except TfgenError as error:
        return {"error": str(error)}


def _own_paths() -> list[str]:
    """Where this process finds modules that its Python installation does not have."""
    installed = {Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix)}
    found = (Path(path).resolve() for path in sys.path if path)
    return [str(path) for path in found if path.is_dir() and not installed & {path, *path.parents}]


def _last_line(error: BaseException) -> str:
    """Of Ray's long messages, what went wrong."""
    return str(error).strip().splitlines()[-1].strip()


def _check_answers(address: str) -> None:
    """Asks before Ray does, which waits for minutes."""
    is_client = address.startswith("ray://")
    host, _, port = address.removeprefix("ray://").partition(":")
    if address in ("auto", "local"):
        return
    try:
        number = int(port or (_CLIENT_PORT if is_client else _PORT))
        socket.create_connection((host, number), timeout=_PATIENCE_SECONDS).close()
    except (OSError, ValueError, OverflowError) as error:
        raise TfgenError(
            f"no Ray cluster answers at {address} ({error}); start one with `ray start --head`, whose output has its "
            "address"
        ) from error
