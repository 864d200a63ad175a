import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tfgen.benchmarks.speed import __main__ as command
from tfgen.benchmarks.speed.measurement import Measurement
from tfgen.errors import TfgenError

DOCS = Path(__file__).parents[2] / "docs" / "speed.md"


@pytest.fixture
def asked(monkeypatch):
    """Measurements that take no time, and the settings that each was given."""
    given = {}

    def measure(name):
        def found(settings):
            given[name] = settings
            return Measurement(name, "s", "ours", {"ours": [1.0] * settings.rounds})

        return found

    names = ("training.gan", "training.vae", "startup", "memory")
    monkeypatch.setattr(command, "measurements", lambda: {name: measure(name) for name in names})
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "TF_CPP_MIN_LOG_LEVEL"):
        monkeypatch.setenv(name, "1")
    for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"):
        monkeypatch.setenv(name, "0")
    return given


def test_help():
    done = subprocess.run([sys.executable, "-m", "tfgen.benchmarks.speed", "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("--only", "--rounds", "--output", "--without-pytorch"))


def test_all_of_it(asked, tmp_path, capsys):
    command.main(["--without-pytorch", "--rounds", "2", "--width", "4", "--threads", "1", "--output", str(tmp_path)])
    assert list(asked) == ["training.gan", "training.vae", "startup", "memory"]
    settings = asked["startup"]
    assert (settings.rounds, settings.threads, settings.clock, settings.sizes) == (2, 1, "wall", {"width": 4})
    assert not settings.pytorch
    table = json.loads((tmp_path / "speed.json").read_text())
    assert table["measurements"]["startup"]["seconds"] == {"ours": [1.0, 1.0]}
    assert {"date", "cpu", "threads", "rounds", "versions"} <= set(table["facts"])
    assert {"tfgen", "python", "tensorflow", "keras"} <= set(table["facts"]["versions"])
    printed = capsys.readouterr()
    assert printed.out.count("### ") == 4
    assert "training.vae (2 of 4)" in printed.err
    assert (tmp_path / "speed.md").read_text().count("### ") == 4


def test_gpus_are_hidden_from_all_contenders(asked, tmp_path):
    command.main(["--without-pytorch", "--only", "startup", "--output", str(tmp_path)])
    assert [os.environ[name] for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES")] == ["", ""]


def test_groups_and_names(asked, tmp_path):
    command.main(["--without-pytorch", "--only", "training", "--output", str(tmp_path)])
    assert list(asked) == ["training.gan", "training.vae"]
    asked.clear()
    command.main(["--without-pytorch", "--only", "startup, training.vae", "--output", str(tmp_path)])
    assert list(asked) == ["training.vae", "startup"]


def test_what_was_found_stays_when_a_later_measurement_fails(asked, monkeypatch, tmp_path):
    def fail(settings):
        raise TfgenError("the disk is gone")

    known = command.measurements()
    monkeypatch.setattr(command, "measurements", lambda: {**known, "startup": fail})
    with pytest.raises(SystemExit, match=r"^speed: the disk is gone$"):
        command.main(["--without-pytorch", "--output", str(tmp_path)])
    assert list(json.loads((tmp_path / "speed.json").read_text())["measurements"]) == ["training.gan", "training.vae"]


def test_stopped_by_the_keyboard(asked, monkeypatch, tmp_path, capsys):
    def stop(settings):
        raise KeyboardInterrupt

    known = command.measurements()
    monkeypatch.setattr(command, "measurements", lambda: {**known, "startup": stop})
    with pytest.raises(SystemExit) as stopped:
        command.main(["--without-pytorch", "--output", str(tmp_path)])
    assert stopped.value.code == 130
    assert f"speed: stopped; what was found is in {tmp_path}" in capsys.readouterr().err
    assert (tmp_path / "speed.md").is_file()


def test_without_pytorch_it_says_so_before_it_measures(asked, monkeypatch, tmp_path):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "torch" else find_spec(name))
    with pytest.raises(SystemExit, match=r"run pip install 'tfgen\[speed\]', or leave it out by --without-pytorch"):
        command.main(["--output", str(tmp_path)])
    assert not asked
    command.main(["--only", "memory", "--output", str(tmp_path)])
    assert list(asked) == ["memory"]


def test_an_unknown_name(asked):
    with pytest.raises(SystemExit, match=r"no measurement .training\.dcgan.; --only takes training\.gan, "):
        command.main(["--without-pytorch", "--only", "training.dcgan"])
    assert not asked


def test_wrong_usage(asked):
    with pytest.raises(SystemExit) as stop:
        command.main(["--rounds", "0"])
    assert stop.value.code == 2
    assert not asked


def test_every_measurement_is_in_the_docs_and_no_other():
    names = list(command.measurements())
    told = set(re.findall(r"`([a-z_]+(?:\.[a-z_0-9]+)?)`", DOCS.read_text().partition("## Results")[0]))
    assert {name.partition(".")[0] for name in names} <= {name.partition(".")[0] for name in told}
    for name in told:
        if name.partition(".")[0] in {each.partition(".")[0] for each in names}:
            command.choose(command.measurements(), name)
