"""A process' peak is its own, and can be counted anew."""

import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import peak_memory as module
from benchmarks.peak_memory import peak_memory, reset_peak_memory

ROOT = Path(__file__).parents[2]


@pytest.fixture
def no_proc(monkeypatch, tmp_path):
    """A system without the files of Linux."""
    monkeypatch.setattr(module, "STATUS", tmp_path / "proc" / "status")
    monkeypatch.setattr(module, "CLEAR", tmp_path / "proc" / "clear_refs")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the peak anew")
def test_the_peak_is_of_what_was_held_since():
    held = np.ones(2**25)
    assert reset_peak_memory()
    before = peak_memory()
    assert before > held.nbytes
    more = np.ones(2**25)
    assert more.nbytes * 0.9 < peak_memory() - before < more.nbytes * 1.5
    del held, more
    assert reset_peak_memory()
    assert peak_memory() < before


@pytest.mark.skipif(sys.platform != "linux", reason="of what Linux counts")
def test_a_process_does_not_begin_with_the_peak_of_the_one_that_started_it():
    held = np.ones(2**26)
    code = "from benchmarks.peak_memory import peak_memory; print(peak_memory())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(done.stdout) < held.nbytes / 4


@pytest.mark.parametrize(("platform", "unit"), [("darwin", 1), ("freebsd14", 1024)])
def test_elsewhere_it_is_the_systems_count_in_its_own_unit(platform, unit, no_proc, monkeypatch):
    monkeypatch.setattr(module.sys, "platform", platform)
    monkeypatch.setattr(resource, "getrusage", lambda who: resource.struct_rusage([0, 0, 1000, *[0] * 13]))
    assert peak_memory() == 1000 * unit


def test_where_no_peak_is_counted_there_is_none(no_proc, monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    assert peak_memory() is None


def test_where_it_cannot_be_counted_anew_that_is_said(no_proc):
    assert not reset_peak_memory()
