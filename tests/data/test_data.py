import subprocess
import sys

import pytest

from tfgen import data


def test_names_are_those_of_tensorflow_datasets_and_the_polygons():
    assert {"mnist", "fashion_mnist", "cifar10", "celeb_a", "polygons"} <= set(data.DATASETS.names())


def test_listing_does_not_import_tensorflow():
    use = "import tfgen.data as data; data.DATASETS.entries(); data.ImageSet; data.pictures"
    code = f"{use}; import sys; assert 'tensorflow' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", data.__all__)
def test_every_public_name_is_there(name):
    assert getattr(data, name) is not None


def test_an_unknown_attribute():
    with pytest.raises(AttributeError, match="has no attribute 'lode'"):
        data.lode  # noqa: B018
