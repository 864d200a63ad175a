"""A contender in a process of its own, which runs when it is told to: frameworks share no threads and no memory."""

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from typing import Any

from ..peak_memory import peak_memory
from .process import ContenderError, environment, why_it_ended


class Worker:
    """A running contender.

    The module named has a function `prepare(**options)` that returns a callable: given a count, it does that much work
    and returns when it is done. Here `seconds(count)` runs it there. Between two calls the process sleeps.

    Args:
        module: Name of the contender's module.
        options: Arguments of its `prepare`, as JSON has them.
        threads: How many threads it may use.
        clock: `"wall"`, or `"cpu"` for the processor seconds of its process.

    Attributes:
        peak_mib: Its peak memory so far; None where the system does not tell.
    """

    def __init__(self, module: str, options: dict[str, Any], threads: int, clock: str = "wall"):
        self.peak_mib: float | None = None
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by `close`
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, module, json.dumps(options), clock],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env={**os.environ, **environment(threads)},
        )

    def wait(self) -> None:
        """Returns when it is prepared; comes once, before the first `seconds`.

        Raises:
            ContenderError: If it cannot be prepared.
        """
        self._reply()

    def seconds(self, count: int) -> float:
        """Does `count` steps, or whatever this contender counts, and returns how long they took.

        Raises:
            ContenderError: If it ended on the way.
        """
        # Of one that has ended, no reply tells why.
        with suppress(BrokenPipeError):
            print(count, file=self._process.stdin, flush=True)
        return self._reply()

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        self._errors.close()

    def _reply(self) -> float:
        line = self._process.stdout.readline()
        if not line:
            raise ContenderError(self._end())
        reply = json.loads(line)
        self.peak_mib = reply["peak_mib"]
        return reply["seconds"]

    def _end(self) -> str:
        code = self._process.wait()
        self._errors.seek(0)
        return why_it_ended(code, self._errors.read())


def main() -> None:
    """The contender's process: prepares, then runs as often as standard input says, and answers in lines of JSON."""
    # What a library prints goes where errors go.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    module, options, clock = sys.argv[1:]

    def now() -> float:
        return time.process_time() if clock == "cpu" else time.perf_counter()

    def answer(start: float) -> None:
        seconds, peak = now() - start, peak_memory()
        peak_mib = None if peak is None else peak / 2**20
        print(json.dumps({"seconds": seconds, "peak_mib": peak_mib}), file=answers, flush=True)

    start = now()
    run = importlib.import_module(module).prepare(**json.loads(options))
    answer(start)
    for line in sys.stdin:
        start = now()
        run(int(line))
        answer(start)


if __name__ == "__main__":
    main()
