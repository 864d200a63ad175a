"""Processes of Python: what they run under, and why one ended."""

import signal
import subprocess
import sys
import time

from tfgen.errors import TfgenError


class ContenderError(TfgenError):
    """A contender that cannot run; the message is the last line of what it said, or what ended it."""


def environment(threads: int) -> dict[str, str]:
    """The variables by which frameworks and their libraries use this many threads of the processor, and no GPU."""
    names = "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"
    found = {**dict.fromkeys(names, str(threads)), "TF_NUM_INTEROP_THREADS": str(threads)}
    return {**found, "CUDA_VISIBLE_DEVICES": "", "HIP_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}


def run_python(*arguments: str) -> tuple[str, float]:
    """Runs Python with these arguments.

    Returns:
        What it printed, and the seconds from its start to its end.

    Raises:
        ContenderError: If it fails.
    """
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise ContenderError(why_it_ended(done.returncode, done.stderr))
    return done.stdout, time.perf_counter() - start


def why_it_ended(code: int, errors: str) -> str:
    """The signal that ended a process, or the last line that it said, or its exit code if it said nothing."""
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    said = [line.strip() for line in errors.splitlines() if line.strip()]
    return said[-1] if said else f"ended with code {code}"
