"""The wheel: everything that an installation needs, and nothing else."""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import tfgen
from tfgen.zoo import list_models
from tfgen.zoo.entries import find

CHECKOUT = Path(tfgen.__file__).parents[1]

LICENSES = ("LICENSE", "LICENSE.weights")

pytestmark = pytest.mark.skipif(
    not (CHECKOUT / "setup.py").is_file() or not importlib.util.find_spec("setuptools"),
    reason="needs a checkout, and setuptools",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    # Of a copy: a build leaves folders behind, and takes what an earlier one left.
    source = tmp_path_factory.mktemp("source")
    for name in ("tfgen", "zoo", "benchmarks", "tests"):
        hidden = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(CHECKOUT / name, source / name, ignore=hidden)
    for name in ("setup.py", "pyproject.toml", "README.md", *LICENSES):
        shutil.copy(CHECKOUT / name, source)
    target = tmp_path_factory.mktemp("wheel")
    pip("wheel", source, "--no-deps", "--no-build-isolation", "--wheel-dir", target)
    (path,) = target.iterdir()
    return path


def pip(*arguments):
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


def test_files(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    sources = {path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "tfgen").rglob("*.py")}
    sources |= {f"tfgen/{path.relative_to(CHECKOUT).as_posix()}" for path in (CHECKOUT / "benchmarks").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == sources
    assert "tfgen/benchmarks/speed/memory.py" in names
    assert {name.partition("/")[0] for name in names} == {"tfgen", f"tfgen-{tfgen.__version__}.dist-info"}


def test_size(wheel):
    assert wheel.stat().st_size < 100e6


def test_checkpoints(wheel):
    archive = zipfile.ZipFile(wheel)
    names = set(archive.namelist())
    assert list_models()
    for name in list_models():
        entry = find(name)
        files = ["recipe.toml"] + (["card.json", "model.weights.h5", "README.md"] if entry.card else [])
        files += ["samples.png"] if (entry.folder / "samples.png").is_file() else []
        for file in files:
            packed = f"tfgen/zoo/checkpoints/{name}/{file}"
            assert packed in names
            assert archive.read(packed) == (entry.folder / file).read_bytes()


def test_metadata(wheel):
    archive = zipfile.ZipFile(wheel)
    info = f"tfgen-{tfgen.__version__}.dist-info"
    metadata = archive.read(f"{info}/METADATA").decode()
    assert "Name: tfgen\n" in metadata
    assert "Requires-Python: >=3.11\n" in metadata
    assert "License: Apache-2.0 AND LicenseRef-CelebA-non-commercial\n" in metadata
    for file in LICENSES:
        (packed,) = (name for name in archive.namelist() if name.startswith(info) and name.endswith(f"/{file}"))
        assert archive.read(packed) == (CHECKOUT / file).read_bytes()
    assert "tfgen = tfgen.cli.main:main" in archive.read(f"{info}/entry_points.txt").decode()


def test_installed_it_finds_its_checkpoints(wheel, tmp_path):
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip("install", wheel, "--no-deps", "--target", site)
    code = (
        "import sys, tfgen\n"
        "from tfgen.recipes import zoo_folder\n"
        "print(tfgen.__file__, zoo_folder(), *tfgen.zoo.list_models(), sep='\\n')\n"
        "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, text=True, check=True).stdout
    package, zoo, *names = printed.split("\n")[:-1]
    assert package == str(site / "tfgen" / "__init__.py")
    assert zoo == str(site / "tfgen" / "zoo" / "checkpoints")
    assert names == list_models()
    command = [sys.executable, "-m", "tfgen.benchmarks.speed.memory", "--help"]
    subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, check=True)
