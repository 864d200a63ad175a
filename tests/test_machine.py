"""What is said of the machine."""

import os

from tfgen.machine import available_cores, processor


def test_processor(tmp_path):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: Model X\nflags\t\t: fpu avx2 avx512f\n\n")
    assert processor(cpuinfo) == "Model X, avx2, avx512f"
    assert processor(tmp_path / "nothing")


def test_cores_are_those_of_this_process():
    assert 1 <= available_cores() <= os.cpu_count()
