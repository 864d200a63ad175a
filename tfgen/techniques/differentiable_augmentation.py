"""Differentiable augmentation."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.techniques import TECHNIQUES
from tfgen.techniques.technique import Technique

LARGEST_SHIFT = 1 / 8
CUTOUT_SIDE = 1 / 2


def color(images: Any, draws: Any) -> Any:
    """Changes the brightness by up to 0.5 either way, then the saturation 0- to 2-fold, the contrast 0.5- to 1.5-fold.

    Args:
        images: (n, height, width, channels); values may leave [-1, 1], and grey images have no saturation to change.
        draws: Three numbers in [0, 1) an image, (n, 3).

    Returns:
        The changed images.
    """
    brightness, saturation, contrast = (draws[:, index, None, None, None] for index in range(3))
    images = images + (brightness - 0.5)
    grey = ops.mean(images, axis=3, keepdims=True)
    images = grey + (images - grey) * (2.0 * saturation)
    mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
    return mean + (images - mean) * (contrast + 0.5)


def translation(images: Any, draws: Any) -> Any:
    """Shifts each image by up to an eighth of its sides, whole pixels, and fills what gets free with zeros.

    Args:
        images: (n, height, width, channels).
        draws: Numbers in [0, 1) an image, (n, 2 or more): how far down and how far to the right.

    Returns:
        The shifted images.
    """
    for axis in (1, 2):
        side = images.shape[axis]
        largest = _share(side, LARGEST_SHIFT)
        shift = _whole(draws[:, axis - 1], 2 * largest + 1) - largest
        # One row of zeros at either end, where all that comes from outside is read.
        padded = ops.pad(images, [(1, 1) if each == axis else (0, 0) for each in range(4)])
        source = ops.clip(ops.arange(side) - shift[:, None] + 1, 0, side + 1)
        source = ops.reshape(source, [-1, *(side if each == axis else 1 for each in (1, 2, 3))])
        images = ops.take_along_axis(padded, source, axis)
    return images


def cutout(images: Any, draws: Any) -> Any:
    """Sets a rectangle of half the image's sides to zero; part of it may lie outside.

    Args:
        images: (n, height, width, channels).
        draws: Numbers in [0, 1) an image, (n, 2 or more): the rectangle's middle, down and to the right.

    Returns:
        The images with a hole.
    """
    inside = []
    for axis in (1, 2):
        side = images.shape[axis]
        hole = _share(side, CUTOUT_SIDE)
        start = _whole(draws[:, axis - 1], side + 1 - hole % 2) - hole // 2
        distance = ops.arange(side) - start[:, None]
        inside.append((distance >= 0) & (distance < hole))
    rows, columns = inside
    return ops.where((rows[:, :, None] & columns[:, None, :])[..., None], 0.0, images)


AUGMENTATIONS = {function.__name__: function for function in (color, translation, cutout)}


@TECHNIQUES.register("differentiable_augmentation")
@keras.saving.register_keras_serializable(package="tfgen")
class DifferentiableAugmentation(Technique):
    """DiffAugment: random augmentation of all images that the discriminator sees (Zhao et al. 2020, arXiv 2006.10738).

    Real and generated images are changed alike, and the generator's gradient flows through the change. The
    discriminator then cannot learn a small data set by heart, and the generator does not learn to make changed images.

    Args:
        policy: Which changes, in this order: "color", "translation", "cutout".

    Raises:
        ValueError: If policy is empty or has another name.
    """

    def __init__(self, policy: Sequence[str] = tuple(AUGMENTATIONS), **kwargs: Any):
        if not policy or any(name not in AUGMENTATIONS for name in policy):
            raise ValueError(f"policy is {policy!r}; it is a list of one or more of {', '.join(AUGMENTATIONS)}")
        super().__init__(**kwargs)
        self.policy = tuple(policy)

    def shown(self, images: Any, seed: Any) -> Any:  # noqa: D102
        draws = backend.uniform((ops.shape(images)[0], len(self.policy), 3), seed)
        for index, name in enumerate(self.policy):
            images = AUGMENTATIONS[name](images, draws[:, index])
        return images

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "policy": list(self.policy)}


def _share(side: int, share: float) -> int:
    return int(side * share + 0.5)


def _whole(draws: Any, count: int) -> Any:
    """Numbers in [0, 1) as whole ones from 0 to count - 1."""
    return ops.cast(ops.floor(draws * count), "int32")
