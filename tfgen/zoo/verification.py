"""Whether a checkpoint still is what its card says, and still computes what it computed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tfgen.errors import CheckpointError
from tfgen.zoo.entries import card
from tfgen.zoo.loading import load

if TYPE_CHECKING:
    from tfgen.models.image_model import ImageModel

TOLERANCE = 1e-3
"""Largest difference of a golden value, in images of [-1, 1]: an eighth of a grey level."""


@dataclass(frozen=True)
class Verification:
    """What `verify` found.

    Attributes:
        name: The checkpoint.
        sha256: Of its weights, equal to the card's.
        largest_difference: Between the golden values of the card and those computed now, by XLA and without.
    """

    name: str
    sha256: str
    largest_difference: float


def verify(name: str) -> Verification:
    """Checks a checkpoint's size and sha256, loads it, and compares its golden values, with XLA and without.

    Args:
        name: As for `load`.

    Returns:
        How far the golden values are off.

    Raises:
        RecipeError: If there is no such name.
        CheckpointError: If the checkpoint has no card yet, or anything differs from it.
    """
    stated = card(name)
    golden = stated.get("golden", {})
    if not {"seed", "tolerance"} <= golden.keys():
        raise CheckpointError(f"the card of {name} has no golden values; publish it again")
    model = load(name)
    differences = []
    for jit_compile in (False, True):
        model.compile_serving(jit_compile)
        for key, values in golden_values(model, golden["seed"]).items():
            if np.shape(golden.get(key)) != values.shape:
                raise CheckpointError(
                    f"the card of {name} has no golden {key} of shape {values.shape}; publish it again"
                )
            differences.append(np.abs(values - np.asarray(golden[key])).max())
    # NumPy's maximum, unlike Python's, of anything and NaN is NaN.
    difference = float(np.max(differences))
    if not difference <= golden["tolerance"]:
        raise CheckpointError(
            f"{name} does not compute what its card says: a golden value differs by {difference:.2g}, "
            f"and {golden['tolerance']:.2g} is allowed"
        )
    return Verification(name, stated["weights"]["sha256"], difference)


def golden_values(model: "ImageModel", seed: int) -> dict[str, np.ndarray]:
    """A few pixels of two samples, and of their reconstructions where the model encodes.

    Of a model that draws no images, the first values of what it computes of two images of noise.
    """
    if hasattr(model, "sample"):
        return {kind: _few_pixels(images) for kind, images in drawn(model, 2, seed).items()}
    noise = np.random.default_rng(seed).uniform(-1, 1, (2, *model.image_shape)).astype(np.float32)
    signatures = model.serving_signatures().items()
    return {each.output: next(model.in_batches(name, noise))[:, :8] for name, each in signatures}


def drawn(model: "ImageModel", count: int, seed: int) -> dict[str, np.ndarray]:
    """Samples of a model, and their reconstructions where it encodes."""
    images = {"samples": model.sample(count, seed=seed)}
    if "reconstruct" in model.serving_signatures():
        batches = model.in_batches("reconstruct", images["samples"], labels=model.default_labels(count))
        images["reconstructions"] = np.concatenate(list(batches))
    return images


def _few_pixels(images: np.ndarray) -> np.ndarray:
    _, height, width, _ = images.shape
    return images[:, height // 2, :: max(width // 7, 1), 0]
