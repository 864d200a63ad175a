"""A model of the zoo, in one call."""

from types import MappingProxyType
from typing import TYPE_CHECKING

from tfgen.errors import CheckpointError
from tfgen.zoo.entries import find
from tfgen.zoo.weights import weights_file

if TYPE_CHECKING:
    from tfgen.models.image_model import ImageModel

_DRAWING = {"serving_default", "generate", "generate_labels"}


def load(name: str, weights: bool = True) -> "ImageModel":
    """A model by its name in the zoo.

    Args:
        name: A name that `list_models` lists, or the path of a run's or a checkpoint's folder.
        weights: Whether to load the trained weights; False gives the architecture, freshly initialised.

    Returns:
        The model, not compiled, ready to `sample` or `export`; its card, if it has one, is `model.card`. Where that
        names a `network` of the weights, the others are freshly initialised, and a VAE does not encode.

    Raises:
        RecipeError: If there is no such name; the message lists the near ones.
        CheckpointError: If the weights do not exist yet, cannot be had, or are not what the card says.
    """
    entry = find(name)
    path = weights_file(entry) if weights else None

    from tfgen.recipes.build import build_model

    model = build_model(entry.recipe)
    if weights:
        if network := entry.card and entry.card["weights"].get("network"):
            draw_alone(model, network)
        try:
            (getattr(model, network) if network else model).load_weights(path)
        except (ValueError, OSError, KeyError) as error:
            first_line = str(error).strip().partition("\n")[0]
            raise CheckpointError(f"{path} cannot be loaded by the recipe of {name}: {first_line}") from error
        model.card = MappingProxyType(entry.card) if entry.card else None
    return model


def draw_alone(model: "ImageModel", network: str) -> None:
    """Readies a model for weights of one network alone: a GAN's generator, or a VAE's decoder, which encodes nothing.

    Raises:
        CheckpointError: If that network does not give all that the model then serves.
    """
    from tfgen.models.variational_model import VariationalModel

    if network == "decoder" and isinstance(model, VariationalModel) and not model.label_count:
        model.decodes_alone = True
    elif network != "generator" or not _DRAWING.issuperset(model.serving_signatures()):
        raise CheckpointError(
            f"the {network} of a {type(model).__name__} alone is no checkpoint; the generator of a GAN that serves "
            "nothing but images is one, and the decoder of a VAE that takes no labels"
        )
