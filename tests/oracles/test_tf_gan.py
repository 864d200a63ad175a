"""Agreement with TF-GAN, whose scores tf_gan.py recorded in an environment of its own."""

import json
import subprocess
import venv
from pathlib import Path

import pytest
from oracles import tf_gan
from scipy.special import softmax

from tfgen.metrics.frechet import frechet_distance, moments
from tfgen.metrics.inception import inception_score
from tfgen.metrics.kid import kernel_distance
from tfgen.metrics.sliced_wasserstein import sliced_wasserstein_distance

SCRIPT = Path(tf_gan.__file__)
RECORD = json.loads(SCRIPT.with_suffix(".json").read_text())


def recorded(score):
    return pytest.mark.parametrize("case", RECORD[score], ids=lambda case: case["name"])


@recorded("frechet")
def test_frechet_distance(case):
    reference, generated = map(moments, tf_gan.features(case))
    assert frechet_distance(reference, generated) == pytest.approx(case["scores"]["value"], rel=1e-9)


@recorded("kernel")
def test_kernel_distance(case):
    found = kernel_distance(*tf_gan.features(case), subset_size=case["subset_size"], seed=case["seed"])
    assert found._asdict() == pytest.approx(case["scores"], rel=1e-9)


@recorded("inception")
def test_inception_score(case):
    found = inception_score(softmax(tf_gan.logits(case), axis=1), splits=case["splits"])
    expected = case["scores"]
    assert (found.value, found.standard_deviation) == pytest.approx(
        (expected["value"], expected["standard_deviation"]), rel=1e-9
    )


@recorded("sliced")
def test_sliced_wasserstein_distance(case):
    found = sliced_wasserstein_distance(*tf_gan.images(case), seed=case["seed"])
    # TF-GAN's pyramid and projections are float32, as ours.
    assert {str(height): value for height, value in found.levels.items()} == pytest.approx(case["scores"], rel=1e-6)


@pytest.mark.slow
def test_the_record_is_what_tf_gan_gives(tmp_path):
    venv.create(tmp_path / "environment", with_pip=True)
    python = tmp_path / "environment" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", *tf_gan.REQUIREMENTS], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", "tensorflow-gan==2.1.0"], check=True)
    subprocess.run([python, SCRIPT, tmp_path / "record.json"], check=True)
    again = json.loads((tmp_path / "record.json").read_text())
    assert again["versions"] == RECORD["versions"]
    for score in ("frechet", "kernel", "inception", "sliced"):
        for case, other in zip(RECORD[score], again[score], strict=True):
            assert other.pop("scores") == pytest.approx(case["scores"], rel=1e-6)
            assert other == {key: value for key, value in case.items() if key != "scores"}
