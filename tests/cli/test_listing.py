import pytest

from tfgen.losses import LOSSES
from tfgen.networks import NETWORKS


def first_words(out):
    return [line.split()[0] for line in out.splitlines() if line.startswith(" ") and not line.startswith("  ")]


def test_checkpoints_with_weights_and_without(tfgen_command, zoo):
    code, out, err = tfgen_command("list")
    assert (code, err) == (0, "")
    assert first_words(out) == ["name", "autoencoder_dots", "dots_classifier", "gan_dots", "gan_untrained", "vae_dots"]
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert "0.0" in lines["gan_dots"]
    assert "MB" in lines["gan_dots"]
    assert "The smallest gan" in lines["gan_dots"]
    assert "not trained yet" in lines["gan_untrained"]


def test_pattern(tfgen_command, zoo):
    assert first_words(tfgen_command("list", "zoo", "gan*")[1]) == ["name", "gan_dots", "gan_untrained"]


def test_long_names_are_whole_in_a_narrow_terminal(tfgen_command, zoo, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    name = "gan_with_a_name_that_is_long.tagged"
    (zoo / "gan_dots").rename(zoo / name)
    assert name in tfgen_command("list")[1]


@pytest.mark.parametrize(("kind", "registry"), [("losses", LOSSES), ("networks", NETWORKS)])
def test_registered(tfgen_command, kind, registry):
    code, out, _ = tfgen_command("list", kind)
    assert code == 0
    assert first_words(out) == ["name", *registry.names()]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("models", "vae"),
        ("techniques", "replay"),
        ("datasets", "fashion_mnist"),
        ("priors", "uniform"),
        ("losses", "bernoulli"),
        ("corruptions", "masking"),
        ("extractors", "inception_2015"),
    ],
)
def test_one_of_each(tfgen_command, kind, name):
    assert first_words(tfgen_command("list", kind, name)[1]) == ["name", name]
