"""Which pixels of an image are hidden: a rectangle, or what is white in a picture."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tfgen.data.pictures import read_image


def rectangle(image_shape: Sequence[int], top: int, left: int, height: int, width: int) -> np.ndarray:
    """Hides a rectangle.

    Args:
        image_shape: (height, width, ...) of the images.
        top: The rectangle's first row, from 0 on.
        left: Its first column.
        height: How many rows.
        width: How many columns.

    Returns:
        bool (height, width) of the images, true where hidden.

    Raises:
        ValueError: If the rectangle is empty, reaches beyond the image, or leaves nothing of it.
    """
    rows, columns = image_shape[:2]
    hidden = np.zeros((rows, columns), bool)
    if min(top, left) < 0 or min(height, width) < 1 or top + height > rows or left + width > columns:
        raise ValueError(
            f"{height} rows from {top} on and {width} columns from {left} on are no part of an image of "
            f"{rows}x{columns} pixels"
        )
    hidden[top : top + height, left : left + width] = True
    return check_mask(hidden, image_shape)


def read_mask(path: str | Path, image_shape: Sequence[int]) -> np.ndarray:
    """Hides what is white in a picture, or nearer to white than to black.

    Args:
        path: A picture of the images' size.
        image_shape: (height, width, ...) of the images.

    Returns:
        bool (height, width), true where hidden.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no picture, or not of that size, or hides nothing or everything.
    """
    picture = read_image(path)
    try:
        return check_mask(picture.mean(axis=-1) > 127.5, image_shape)
    except ValueError as error:
        raise ValueError(f"{path}: {error}; white is what is hidden") from error


def check_mask(hidden: np.ndarray, image_shape: Sequence[int]) -> np.ndarray:
    """The mask itself, if it fits.

    Raises:
        ValueError: If it is not bool (height, width) of the images, or hides nothing or everything.
    """
    hidden = np.asarray(hidden)
    if hidden.dtype != bool:
        raise ValueError(f"the mask is {hidden.dtype}; it has to be bool, true where hidden")
    if hidden.shape != tuple(image_shape[:2]):
        raise ValueError(
            f"the mask has shape {hidden.shape}, and the images are {tuple(image_shape[:2])} (height, width)"
        )
    if hidden.all() or not hidden.any():
        raise ValueError(f"the mask hides {'all' if hidden.all() else 'none'} of the pixels; hide some")
    return hidden
