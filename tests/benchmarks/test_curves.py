import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from tfgen.benchmarks.lectures import curves
from tfgen.benchmarks.lectures.curves import REPORT_EVERY, ROWS, SAMPLES, SETTINGS, Trained, picture, table, train
from tfgen.data.toy import gaussian_ring


def test_an_overpowered_discriminator_tells_real_from_generated_and_a_weak_one_does_not():
    found = {setting.name: train(setting, 4 * REPORT_EVERY) for setting in SETTINGS}
    gaps = {name: np.subtract(each.logs["real_score"], each.logs["fake_score"]) for name, each in found.items()}
    losses = {name: each.logs["discriminator_loss"] for name, each in found.items()}
    assert all(len(each.logs[log]) == 4 for each in found.values() for logs in ROWS.values() for log in logs)
    assert gaps["overpowered discriminator"].min() > 2 * max(gaps["healthy"].max(), gaps["collapsed generator"].max())
    # 2 log 2 is the loss of one that cannot tell.
    assert max(losses["overpowered discriminator"]) < 1 < min(losses["healthy"])
    assert min(losses["healthy"]) > 1.2
    for each in found.values():
        assert each.samples.shape == (SAMPLES, 2)
        assert each.samples.std() > 0
        assert np.abs(each.samples).max() <= 1


@pytest.fixture
def found():
    """Eight modes, and one."""
    logs = {log: [1.0, 2.0] for logs in ROWS.values() for log in logs}
    ring = gaussian_ring()
    return {
        "all": Trained(logs, ring.sample(400, 0)[0]),
        "one": Trained(logs, np.tile(ring.centres[0], (400, 1))),
    }


def test_table_and_picture(found, tmp_path):
    head, _, every, one = table(found)
    assert head == "| training | modes of 8 | good samples |"
    assert every.startswith("| all | 8 | 9")
    assert one == "| one | 1 | 100% |"
    picture(found, tmp_path / "new" / "curves.png")
    assert np.asarray(Image.open(tmp_path / "new" / "curves.png").convert("L")).std() > 0


def test_a_run_writes_the_page_and_the_picture(found, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(curves, "train", lambda setting, steps: found["all"])
    monkeypatch.setattr(sys, "argv", ["curves", "--output", str(tmp_path)])
    curves.main()
    lines = table({setting.name: found["all"] for setting in SETTINGS})
    assert capsys.readouterr().out.splitlines() == lines
    assert "\n".join(lines) in (tmp_path / "training.md").read_text()
    assert (tmp_path / "images" / "training_curves.png").is_file()


@pytest.mark.parametrize("steps", ["10", "-1", "0", "75"])
def test_steps_that_are_no_reports(monkeypatch, capsys, steps):
    monkeypatch.setattr(sys, "argv", ["curves", "--steps", steps])
    with pytest.raises(SystemExit, match="2"):
        curves.main()
    assert f"--steps is {steps}; it is a multiple of 50, 50 or more" in capsys.readouterr().err


def test_help_ends_in_an_example_and_needs_no_tensorflow():
    code = (
        "import sys; sys.argv = ['curves', '--help']\n"
        "from tfgen.benchmarks.lectures.curves import main\n"
        "try: main()\n"
        "finally: print({'keras', 'tensorflow', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *_, example, modules = done.stdout.splitlines()
    assert example.startswith("  python -m tfgen.benchmarks.lectures.curves --steps 400 --output")
    assert modules == "set()"
