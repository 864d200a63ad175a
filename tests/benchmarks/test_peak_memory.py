"""A process' peak is its own, and can be counted anew."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks.peak_memory import peak_memory, reset_peak_memory

ROOT = Path(__file__).parents[2]


def test_the_peak_is_of_what_was_held_since():
    held = np.ones(2**25)
    reset_peak_memory()
    before = peak_memory()
    assert before > held.nbytes
    more = np.ones(2**25)
    assert more.nbytes * 0.9 < peak_memory() - before < more.nbytes * 1.5
    del held, more
    reset_peak_memory()
    assert peak_memory() < before


def test_a_process_does_not_begin_with_the_peak_of_the_one_that_started_it():
    held = np.ones(2**26)
    code = "from benchmarks.peak_memory import peak_memory; print(peak_memory())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(done.stdout) < held.nbytes / 4
