"""Cropping and resizing, once, before training: a centred crop, then antialiased resampling."""

import dataclasses

import numpy as np
import tensorflow as tf

from tfgen.data.image_set import ImageSet
from tfgen.data.progress import progress

_CHUNK = 1024


def fit_images(images: tf.Tensor, *, crop: int | None = None, image_size: int | None = None) -> tf.Tensor:
    """Crops and resizes uint8 images of one size.

    Args:
        images: uint8 `(H, W, C)` or `(N, H, W, C)`.
        crop: Side of the centred square to keep, at most H and W; None keeps all.
        image_size: Side of the result: what is left is cut to its largest centred square, so that nothing is
            distorted, and resampled linearly with antialiasing. None keeps the size.

    Returns:
        uint8 images of the new size.
    """
    if crop is not None:
        images = _centre_square(images, crop)
    if image_size is not None:
        shape = tf.shape(images)
        images = _centre_square(images, tf.minimum(shape[-3], shape[-2]))
        images = tf.image.resize(images, (image_size, image_size), "bilinear", antialias=True)
        images = tf.saturate_cast(tf.round(images), tf.uint8)
    return images


def resize(image_set: ImageSet, image_size: int | None) -> ImageSet:
    """The image set at another size; itself if `image_size` is None or the size that it has."""
    if image_size is None or image_set.image_shape[:2] == (image_size, image_size):
        return image_set
    images = np.empty((len(image_set), image_size, image_size, image_set.image_shape[-1]), np.uint8)
    starts = range(0, len(image_set), _CHUNK)
    for start in progress(starts, f"Resizing to {image_size}", len(starts)):
        chunk = slice(start, start + _CHUNK)
        images[chunk] = fit_images(tf.constant(image_set.images[chunk]), image_size=image_size)
    return dataclasses.replace(image_set, images=images)


def _centre_square(images: tf.Tensor, side: int | tf.Tensor) -> tf.Tensor:
    shape = tf.shape(images)
    top, left = (shape[-3] - side) // 2, (shape[-2] - side) // 2
    return images[..., top : top + side, left : left + side, :]
