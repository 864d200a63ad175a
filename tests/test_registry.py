"""Registries: what is listed without an import, what is found, what is refused."""

import subprocess
import sys

import pytest

from tfgen.registry import Entry, Registry, UnknownNameError


@pytest.fixture
def fruits(tmp_path, monkeypatch):
    """A package of two modules, one of which cannot even be imported."""
    package = tmp_path / "orchard_for_tests"
    package.mkdir()
    (package / "__init__.py").write_text("from tfgen.registry import Registry\nFRUITS = Registry('fruit', __name__)\n")
    (package / "apple.py").write_text(
        "from orchard_for_tests import FRUITS\n\n"
        "@FRUITS.register('apple.red')\ndef red():\n    '''A red apple.\n\n    More.\n    '''\n\n"
        "@FRUITS.register('apple.green')\nclass Green:\n    pass\n"
    )
    (package / "broken.py").write_text("@FRUITS.register('pear')\ndef pear():\n    '''A pear.'''\n\nimport nowhere\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield pytest.importorskip("orchard_for_tests").FRUITS
    for name in [name for name in sys.modules if name.startswith("orchard_for_tests")]:
        del sys.modules[name]


def test_listing_reads_sources_and_imports_nothing(fruits):
    assert fruits.names() == ["apple.green", "apple.red", "pear"]
    assert fruits.entries() == [
        Entry("apple.green", "orchard_for_tests.apple", "Green", ""),
        Entry("apple.red", "orchard_for_tests.apple", "red", "A red apple."),
        Entry("pear", "orchard_for_tests.broken", "pear", "A pear."),
    ]
    assert "orchard_for_tests.apple" not in sys.modules


def test_get_imports_the_one_module(fruits):
    assert fruits.get("apple.red").__name__ == "red"
    assert fruits.attribute("Green") is fruits.get("apple.green")
    with pytest.raises(AttributeError, match="module 'orchard_for_tests' has no attribute 'Blue'"):
        fruits.attribute("Blue")


def test_unknown_names_get_the_near_ones(fruits):
    with pytest.raises(UnknownNameError) as caught:
        fruits.get("apple.reed")
    assert str(caught.value).startswith("there is no fruit 'apple.reed'; did you mean apple.red or apple.green")
    with pytest.raises(KeyError) as caught:
        fruits.get("zzz")
    assert str(caught.value) == "there is no fruit 'zzz'; known are: apple.green, apple.red, pear"


def test_a_users_own_is_listed_and_found(fruits):
    @fruits.register("quince")
    def quince():
        """A quince of one's own."""

    assert fruits.get("quince") is quince
    assert "quince" in fruits.names()
    assert Entry("quince", __name__, "quince", "A quince of one's own.") in fruits.entries()
    # A cell that is run again registers the same name again.
    assert fruits.register("quince")(quince) is quince


def test_taken_names_are_refused(fruits):
    fruits.get("apple.red")
    with pytest.raises(ValueError, match=r"the fruit name 'apple.red' is taken by orchard_for_tests\.apple\.red"):
        fruits.register("apple.red")(lambda: None)
    # Also where the module that holds the name was not imported yet.
    with pytest.raises(ValueError, match=r"the fruit name 'pear' is taken by orchard_for_tests\.broken\.pear"):
        fruits.register("pear")(lambda: None)
    fruits.register("plum")(len)
    with pytest.raises(ValueError, match=r"the fruit name 'plum' is taken by builtins\.len"):
        fruits.register("plum")(max)


def test_an_empty_registry_says_so():
    with pytest.raises(UnknownNameError, match="there is no thing 'x'; known are: none"):
        Registry("thing", "xml.parsers").get("x")


def test_tfgens_registries_hold_what_they_list():
    """In one process of its own, where the listing must not have imported Keras or TensorFlow."""
    code = """
import sys
from tfgen.data import DATASETS
from tfgen.losses import LOSSES
from tfgen.models import MODELS
from tfgen.networks import NETWORKS
from tfgen.priors import PRIORS
entries = {registry: registry.entries() for registry in (DATASETS, LOSSES, MODELS, NETWORKS, PRIORS)}
heavy = {"keras", "tensorflow"} & set(sys.modules)
assert not heavy, heavy
for registry, listed in entries.items():
    assert listed, registry.package
    for entry in listed:
        found = registry.get(entry.name)
        assert (found.__module__, found.__name__) == (entry.module, entry.attribute), entry
        assert entry.summary and entry.summary == found.__doc__.strip().splitlines()[0], entry
        assert registry.package.startswith("tfgen.")
assert {"gan", "minimax_gan", "vae", "autoencoder"} <= set(MODELS.names())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
