"""What kind of model a recipe trains, by the class of its method."""

import importlib

from tfgen.models import MODELS
from tfgen.recipes import Recipe

FAMILIES = {
    "Classifier": "classifier",
    "AdversarialModel": "GAN",
    "VariationalModel": "VAE",
    "AutoencoderModel": "autoencoder",
}
"""By the nearest of these classes that a model's class derives from."""

OTHER = "other"


def family(recipe: Recipe) -> str:
    """GAN, VAE, autoencoder, classifier, or other, as a class that cannot be imported is too."""
    return next((FAMILIES[each] for each in ancestors(recipe) if each in FAMILIES), OTHER)


def ancestors(recipe: Recipe) -> tuple[str, ...]:
    """Names of the model's class and of those of tfgen that it derives from, the nearest first."""
    name = str(recipe.table["model"]["name"])
    module, colon, attribute = name.partition(":")
    try:
        method = getattr(importlib.import_module(module), attribute) if colon else MODELS.get(name)
        return tuple(each.__name__ for each in method.__mro__ if each.__module__.startswith("tfgen.models."))
    except Exception:  # A user's module may fail in any way.
        return ()
