"""What kind of model a recipe trains."""

import pytest
from tiny_zoo import recipe_table

from tfgen.recipes import make_recipe
from tfgen.zoo import list_models
from tfgen.zoo.entries import find
from tfgen.zoo.families import ancestors, family


def recipe(method):
    table = recipe_table("gan")
    table["model"]["name"] = method
    return make_recipe("dots", table)


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("gan", "GAN"),
        ("wgan_gp", "GAN"),
        ("tfgen.models.wgan_gp:WGANGP", "GAN"),
        ("cvae", "VAE"),
        ("vq_vae", "autoencoder"),
        ("adversarial_autoencoder", "autoencoder"),
        ("classifier", "classifier"),
        ("json:JSONDecoder", "other"),
        ("no_such.module:Thing", "other"),
        ("no_such", "other"),
    ],
)
def test_family(method, kind):
    assert family(recipe(method)) == kind


def test_ancestors_begin_with_the_class_itself():
    assert ancestors(recipe("wgan_gp"))[:2] == ("WGANGP", "WassersteinModel")


def test_every_recipe_of_the_zoo_has_one():
    assert "other" not in {family(find(name).recipe) for name in list_models()}
