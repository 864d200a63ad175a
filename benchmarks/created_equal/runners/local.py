"""A pool of processes, each with one trial at a time."""

import json
import multiprocessing
import os
import queue
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Self

from absl import logging

from tfgen.errors import TfgenError
from tfgen.machine import available_cores

from ..rows import untrained_row
from ..spec import Spec
from ..trials import Trial
from . import MOST_ATTEMPTS, TRIALS_OF_A_PROCESS, InARow

LOG = "workers.log"


class LocalRunner:
    """Runs trials in processes of this machine; a context manager, which ends with them.

    Args:
        spec: The study.
        folder: The study's, which gets the state of trainings that run, and what the processes tell.
        data_dir: Where data sets are looked for first.
        workers: How many trials at once; None for the processor's cores over the threads of a trial, or one for each
            GPU where there are fewer. Where there are GPUs each has one, in turn.
        seconds_between_states: As for `Trainer`.
    """

    def __init__(
        self,
        spec: Spec,
        folder: Path,
        data_dir: Path | None = None,
        workers: int | None = None,
        seconds_between_states: float = 60.0,
    ):
        self.spec, self.folder, self.data_dir = spec, folder, data_dir
        self.workers = workers
        self.seconds_between_states = seconds_between_states
        self.states = workers or max(1, available_cores() // spec.threads)

    def __enter__(self) -> Self:
        job = {
            "spec": self.spec.table,
            "data_dir": self.data_dir and str(self.data_dir),
            "states": str(self.folder / "states"),
            "seconds_between_states": self.seconds_between_states,
            "log": str(self.folder / LOG),
        }
        self._take([_Worker({**job, "worker": number}) for number in range(self.states)])
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in self._all:
            worker.stop()

    def check(self, trials: Sequence[Trial]) -> int:
        """As `Trainer.check`, in one of the processes."""
        worker, message = self._all[0], {"check": [vars(trial) for trial in trials]}
        answer = next((found for _ in range(MOST_ATTEMPTS) if (found := worker.ask(message)) is not None), None)
        if answer is None:
            raise TfgenError(
                f"the process that checks the study ended {MOST_ATTEMPTS} times, the last by {worker.last_end}; "
                f"{self.folder / LOG} has its last words"
            )
        if "error" in answer:
            raise TfgenError(answer["error"])
        # Several trials on one GPU would take each other's memory.
        if self.workers is None and 0 < answer["gpus"] < self.states:
            for worker in self._all[answer["gpus"] :]:
                worker.stop()
            self._take(self._all[: answer["gpus"]])
        return answer["state_bytes"]

    def run(self, trials: Sequence[Trial]) -> Iterator[dict[str, Any]]:
        """The rows of trials, as they end."""
        in_a_row = InARow()
        for done in as_completed([self._pool.submit(self._row, trial) for trial in trials]):
            yield in_a_row.add(*done.result())

    def _take(self, workers: list["_Worker"]) -> None:
        self._all = workers
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        for worker in workers:
            self._idle.put(worker)
        self._pool = ThreadPoolExecutor(len(workers))

    def _row(self, trial: Trial) -> tuple[dict[str, Any], bool]:
        """The trial's, and whether it was given up."""
        worker = self._idle.get()
        try:
            if worker.trials == TRIALS_OF_A_PROCESS:
                worker.replace()
            for attempt in range(1, MOST_ATTEMPTS + 1):
                row = worker.ask({"trial": vars(trial)})
                if row is not None:
                    worker.trials += 1
                    return {**row, "attempts": attempt}, False
                logging.warning("the process of trial %d (%s) ended: %s", trial.number, trial.label, worker.last_end)
            error = (
                f"its process ended {MOST_ATTEMPTS} times, the last by {worker.last_end}; {LOG} has its last words; "
                "signal 9 may mean that memory ran out"
            )
            return untrained_row(trial, error, attempts=MOST_ATTEMPTS), True
        finally:
            self._idle.put(worker)


class _Worker:
    """A process that answers messages, one at a time; after its death the next message goes to a new one."""

    def __init__(self, job: Mapping[str, Any]):
        self._job = job
        self._stopped = False
        self._start()

    def ask(self, message: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer to a message; None if the process was killed.

        Raises:
            RuntimeError: If it was stopped.
        """
        try:
            self._connection.send_bytes(json.dumps(message).encode())
            wait([self._connection, self._process.sentinel])
            return json.loads(self._connection.recv_bytes())
        except (EOFError, OSError) as error:
            if self._stopped:
                raise RuntimeError("the runner has ended") from error
            self._process.join()
            code = self._process.exitcode or 0
            self.last_end = f"signal {-code}" if code < 0 else f"exit code {code}"
            self._start()
            return None

    def replace(self) -> None:
        """Has a new process answer from now on."""
        self._process.kill()
        self._process.join()
        self._start()

    def stop(self) -> None:
        """Ends the process, whatever it is doing."""
        self._stopped = True
        self._process.kill()

    def _start(self) -> None:
        # Spawned: TensorFlow does not survive a fork.
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, json.dumps(self._job)), daemon=True)
        self._process.start()
        theirs.close()
        self.trials = 0


def _serve(connection: Connection, job: str) -> None:
    """What a process of the pool does."""
    # Ctrl-C reaches the whole group of processes; the runner ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    told = json.loads(job)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with Path(told["log"]).open("a", encoding="utf-8") as log:
        os.dup2(log.fileno(), sys.stderr.fileno())
    from ..process import gpus, use_one_gpu, use_threads
    from ..trainer import Trainer

    spec, data_dir = Spec(told["spec"]), told["data_dir"]
    use_threads(spec.threads)
    use_one_gpu(told["worker"])
    trainer = Trainer(spec, data_dir and Path(data_dir), Path(told["states"]), told["seconds_between_states"])
    while True:
        try:
            message = json.loads(connection.recv_bytes())
        except EOFError:
            return
        if "trial" in message:
            answer = trainer(Trial(**message["trial"]))
        else:
            try:
                answer = {"state_bytes": trainer.check([Trial(**trial) for trial in message["check"]]), "gpus": gpus()}
            except TfgenError as error:
                answer = {"error": str(error)}
        connection.send_bytes(json.dumps(answer).encode())


def _end_with_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)
