"""Random shifts and flips of training images."""

import numpy as np


def shift_and_flip(images: np.ndarray, random: np.random.Generator, *, max_shift: int, flip: bool) -> np.ndarray:
    """Moves each image by its own whole number of pixels, and mirrors every other one.

    What a shift uncovers is filled by the image's reflection.

    Args:
        images: `(N, H, W, C)`, of any dtype.
        random: Where the shifts come from.
        max_shift: Largest shift to each side, in pixels, smaller than H and W; 0 for none.
        flip: Whether to mirror left and right with probability 1/2.

    Returns:
        An array of the same shape and dtype.
    """
    count, height, width, _ = images.shape
    if max_shift:
        around = (max_shift, max_shift)
        padded = np.pad(images, ((0, 0), around, around, (0, 0)), mode="reflect")
        windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(1, 2))
        top, left = random.integers(0, 2 * max_shift + 1, (2, count))
        images = np.moveaxis(windows[np.arange(count), top, left], 1, -1)
    if flip:
        mirrored = random.random(count) < 0.5
        images = np.where(mirrored[:, None, None, None], images[:, :, ::-1], images)
    return images
