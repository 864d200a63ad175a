import subprocess
import sys

import pytest

import tfgen
from tfgen.latent import _HOMES


def test_every_name_is_there():
    for name in _HOMES:
        assert getattr(tfgen.latent, name).__name__ == name
        assert name in dir(tfgen.latent)
    with pytest.raises(AttributeError, match="has no attribute 'interpolation_of'"):
        _ = tfgen.latent.interpolation_of


def test_a_wrong_name_of_a_checkpoint_is_answered_before_tensorflow_loads():
    code = (
        "import sys; sys.argv = ['tfgen', 'latent', 'interpolate', 'gan_of_no_data', '--output', 'w.gif']\n"
        "from tfgen.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as end: print(end.code, {'keras', 'tensorflow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "gan_of_no_data" in done.stdout
    assert done.stdout.rstrip().endswith("set()")


def test_nothing_heavy_loads_before_it_is_needed():
    code = "import tfgen, sys; dir(tfgen.latent); import tfgen.cli.main; "
    code += "print({'keras', 'tensorflow', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
