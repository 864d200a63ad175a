import subprocess
import sys

import pytest

from tfgen.benchmarks.speed import memory
from tfgen.benchmarks.speed.process import ContenderError
from tfgen.benchmarks.speed.settings import Settings

MODULE = "tfgen.benchmarks.speed.memory"


@pytest.mark.parametrize("arguments", [["--job", "nothing"], []], ids=["unknown", "none"])
def test_wrong_job_is_a_wrong_usage(arguments):
    found = subprocess.run([sys.executable, "-m", MODULE, *arguments], capture_output=True, text=True)
    assert found.returncode == 2
    assert "{start,train,sample,stream,evaluate_10000,evaluate_50000}" in found.stderr


def test_table_compares_no_jobs(monkeypatch):
    def measured(name):
        if name == "train":
            raise ContenderError("ended by SIGKILL")
        return (None if name == "stream" else 2.0 * len(name), 3.0)

    monkeypatch.setattr(memory, "measured", measured)
    lines = memory.measure(Settings()).markdown().splitlines()
    assert lines[2:5] == [
        "|  | s | peak memory |",
        "| --- | --- | --- |",
        "| `import` of Keras and TensorFlow alone | 3.00 | 10 MiB |",
    ]
    assert "| `sample_batches(50_000)` of `dcgan_fashion_mnist`, none held | 3.00 |  |" in lines
    assert any(line.endswith("| it cannot run: ended by SIGKILL |  |") for line in lines)


def test_a_job_prints_its_peak(monkeypatch, capsys):
    done = []
    monkeypatch.setitem(memory.JOBS, "start", ("nothing", lambda: done.append(True)))
    monkeypatch.setattr(sys, "argv", ["memory", "--job", "start"])
    monkeypatch.setattr(memory, "peak_memory", lambda: 3 * 2**20 if done else 0)
    memory.main()
    assert capsys.readouterr().out == f"{3 * 2**20}\n"


@pytest.mark.parametrize(("said", "mib"), [(f"a library's words\n{3 * 2**20}\n", 3.0), ("None\n", None)])
def test_what_a_job_printed(said, mib, monkeypatch):
    monkeypatch.setattr(memory, "run_python", lambda *arguments: (said, 1.0))
    assert memory.measured("start")[0] == mib


def test_a_job_that_fails_says_why():
    with pytest.raises(ContenderError, match=r"invalid choice: 'nothing'"):
        memory.measured("nothing")
