"""`import tfgen` and what reads only names bring neither Keras nor TensorFlow."""

import subprocess
import sys

import pytest

import tfgen


@pytest.mark.parametrize(
    "code",
    [
        "import tfgen; dir(tfgen); tfgen.__version__",
        "import tfgen; tfgen.models.MODELS.names(); tfgen.networks.NETWORKS; tfgen.losses.LOSSES; tfgen.priors.PRIORS",
        "import tfgen; [tfgen.recipes.find_recipe(name).to_toml() for name in tfgen.recipes.list_recipes()]",
    ],
)
def test_light(code):
    code += "; import sys; print(sorted({'keras', 'tensorflow'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_line_is_built_without_numpy():
    code = (
        "import sys, tfgen.cli.main; print(sorted({'keras', 'matplotlib', 'numpy', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_subpackages_load_when_named():
    assert tfgen.models.GAN.__name__ == "GAN"
    assert {"models", "networks", "recipes"} <= set(dir(tfgen))
    assert issubclass(tfgen.models.VAE, tfgen.models.AutoencoderModel)
    assert issubclass(tfgen.models.AutoencoderModel, tfgen.models.GenerativeModel)
    with pytest.raises(AttributeError, match="module 'tfgen' has no attribute 'modles'"):
        _ = tfgen.modles
