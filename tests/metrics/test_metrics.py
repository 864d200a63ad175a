"""The package's names: every public function at hand, none hidden by a module of its name."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import tfgen.metrics

MODULES = [path.stem for path in Path(tfgen.metrics.__file__).parent.glob("*.py") if path.stem != "__init__"]


def test_functions_are_found_by_name():
    from tfgen.metrics.frechet import frechet_distance

    assert tfgen.metrics.frechet_distance is frechet_distance
    assert {"frechet_distance", "kernel_distance", "FrechetDistance"} <= set(dir(tfgen.metrics))


@pytest.mark.parametrize("module", MODULES)
def test_no_function_has_its_module_s_name(module):
    # Importing the module would put it in the function's place.
    assert not callable(getattr(importlib.import_module(f"tfgen.metrics.{module}"), module, None))
    assert module not in tfgen.metrics._homes()


def test_unknown_names():
    with pytest.raises(AttributeError, match="has no attribute 'fid_score'"):
        tfgen.metrics.fid_score  # noqa: B018


def test_the_package_imports_neither_keras_nor_tensorflow():
    script = (
        "import sys, tfgen.metrics, tfgen.metrics.features, tfgen.evaluation.scores\n"
        "dir(tfgen.metrics), tfgen.metrics.features.EXTRACTORS.entries(), tfgen.evaluation.scores.METRICS.entries()\n"
        "tfgen.metrics.frechet_distance, tfgen.metrics.kernel_distance\n"
        "assert not {'keras', 'tensorflow'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
