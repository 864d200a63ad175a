"""Runs the spec of argv[1] in the folder argv[2] by two processes that keep a state at every checkpoint."""

import sys
from pathlib import Path

from benchmarks.created_equal.driver import run_study
from benchmarks.created_equal.runners.local import LocalRunner
from benchmarks.created_equal.spec import find_spec

if __name__ == "__main__":
    spec, folder = find_spec(sys.argv[1]), Path(sys.argv[2])
    run_study(spec, folder, LocalRunner(spec, folder, workers=2, seconds_between_states=0.0))
