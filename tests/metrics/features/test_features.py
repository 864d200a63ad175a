import subprocess
import sys

import pytest

from tfgen.metrics import features


def test_names_bring_neither_keras_nor_tensorflow():
    code = (
        "import sys; from tfgen.metrics.features import EXTRACTORS; EXTRACTORS.entries(); "
        "print(sorted({'keras', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_public_names_load_when_named():
    for name in features.__all__:
        assert getattr(features, name) is not None
    assert features.Extractor is features.extractor.Extractor


def test_a_modules_name_is_the_module_however_often_it_is_asked_for():
    for _ in range(2):
        assert features.inception_2015.__name__ == "tfgen.metrics.features.inception_2015"
    assert features.EXTRACTORS.get("inception_2015") is features.inception_2015.inception_2015


def test_unknown_name():
    with pytest.raises(AttributeError, match=r"module 'tfgen\.metrics\.features' has no attribute 'inception_2016'"):
        _ = features.inception_2016
