"""The package's own promises; each module's numbers are tested beside it."""

import subprocess
import sys

import pytest

import tfgen.losses
from tfgen.losses import LOSSES


def test_names():
    assert LOSSES.names() == ["absolute_error", "bernoulli", "gaussian", "squared_error", "structural_similarity"]
    assert LOSSES.get("bernoulli") is tfgen.losses.Bernoulli


def test_modules_are_attributes_of_the_package():
    assert callable(tfgen.losses.adversarial.minimax_generator_loss)
    with pytest.raises(AttributeError, match="no attribute 'Bernouli'"):
        _ = tfgen.losses.Bernouli


def test_listing_imports_neither_keras_nor_tensorflow():
    code = (
        "import sys; from tfgen.losses import LOSSES\n"
        "assert all(entry.summary for entry in LOSSES.entries())\n"
        "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
