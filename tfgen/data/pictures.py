"""Images at the border: floats to bytes and back, grids, and PNG files."""

import math
from pathlib import Path

import numpy as np
from PIL import Image

from tfgen.files import atomic_path


def to_uint8(images: np.ndarray) -> np.ndarray:
    """Floats in [-1, 1] as uint8, rounded to the nearest; what lies outside is clipped.

    Args:
        images: Floats of any shape, -1 black and 1 white.

    Returns:
        uint8 of the same shape.
    """
    scaled = (np.asarray(images, np.float32) + 1.0) * 127.5
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def from_uint8(images: np.ndarray) -> np.ndarray:
    """uint8 of any shape as float32 in [-1, 1]."""
    return np.asarray(images, np.float32) / 127.5 - 1.0


def grid(images: np.ndarray, columns: int | None = None, padding: int = 2) -> np.ndarray:
    """Images side by side in rows, on white, as one picture.

    Args:
        images: uint8 `(N, H, W, C)`.
        columns: Images in a row; None makes the grid as square as it can be.
        padding: White pixels between images and around them.

    Returns:
        uint8 `(rows * (H + padding) + padding, columns * (W + padding) + padding, C)`.

    Raises:
        ValueError: If `images` is not a non-empty uint8 array of four axes, or `columns` is not positive.
    """
    images = np.asarray(images)
    if images.ndim != 4 or images.dtype != np.uint8 or not len(images):
        raise ValueError(
            f"a grid is made of a non-empty uint8 array (N, H, W, C), got {images.dtype} {images.shape}; "
            "to_uint8 makes uint8 of floats in [-1, 1]"
        )
    count, height, width, channels = images.shape
    columns = math.ceil(math.sqrt(count)) if columns is None else columns
    if columns < 1 or padding < 0:
        raise ValueError(f"columns has to be positive and padding not negative, got {columns} and {padding}")
    rows = math.ceil(count / columns)
    height, width = height + padding, width + padding
    picture = np.full((rows * height + padding, columns * width + padding, channels), 255, np.uint8)
    for index, image in enumerate(images):
        top, left = index // columns * height + padding, index % columns * width + padding
        picture[top : top + image.shape[0], left : left + image.shape[1]] = image
    return picture


def paired_grid(images: np.ndarray, others: np.ndarray, columns: int = 8) -> np.ndarray:
    """A grid with rows of `images`, each above the row of `others` that belong to them.

    Args:
        images: Floats `(N, H, W, C)` in [-1, 1].
        others: As many, for example their reconstructions.
        columns: Images in a row.

    Returns:
        A uint8 picture as `grid` makes it.
    """
    return stacked_grid(images, others, columns=columns)


def stacked_grid(*sets: np.ndarray, columns: int = 8) -> np.ndarray:
    """A grid with rows of the first set of images, each above the rows of the others that belong to them.

    Args:
        sets: Floats `(N, H, W, C)` in [-1, 1] each.
        columns: Images in a row.

    Returns:
        A uint8 picture as `grid` makes it.
    """
    # A last row that is not full keeps its place by white images.
    short = -len(sets[0]) % columns
    full = [np.pad(images, ((0, short), *3 * [(0, 0)]), constant_values=1.0) for images in sets]
    rows = [images[start : start + columns] for start in range(0, len(full[0]), columns) for images in full]
    return grid(to_uint8(np.concatenate(rows)), columns=columns)


def write_png(path: str | Path, picture: np.ndarray) -> None:
    """Writes a picture as PNG; the file appears whole or not at all.

    Args:
        path: The file to write; its folder is made if it is not there.
        picture: uint8 `(H, W)`, or `(H, W, C)` with C 1, 3 or 4.

    Raises:
        ValueError: If the picture is not such an array.
    """
    picture = np.asarray(picture)
    if picture.dtype != np.uint8 or picture.ndim not in (2, 3) or picture.shape[2:] not in ((), (1,), (3,), (4,)):
        raise ValueError(
            f"a picture is a uint8 array (H, W) or (H, W, 1, 3 or 4), got {picture.dtype} {picture.shape}; "
            "to_uint8 makes uint8 of floats in [-1, 1]"
        )
    image = Image.fromarray(picture[..., 0] if picture.shape[2:] == (1,) else picture)
    with atomic_path(Path(path)) as partial:
        image.save(partial, format="PNG")


def read_image(path: str | Path) -> np.ndarray:
    """Reads one image file.

    Returns:
        uint8 `(H, W, C)`: C is 1 for a grey file, and 3 for every other kind; transparency is left out.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is not an image of 8 bits a channel.
    """
    try:
        with Image.open(path) as image:
            mode = image.mode
            pixels = np.asarray(image.convert("L" if mode in ("1", "L", "LA") else "RGB"))
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} does not exist; give a PNG or JPEG file") from None
    except (OSError, SyntaxError) as error:
        raise ValueError(f"{path} cannot be read as an image ({error}); use a PNG or JPEG file") from error
    if mode.startswith(("I", "F")):
        raise ValueError(f"{path} has more than 8 bits a channel; save it with 8")
    return pixels.reshape(*pixels.shape[:2], -1)
