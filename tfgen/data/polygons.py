"""The convex polygons of "Are GANs Created Equal?": triangles on a manifold whose distance can be measured."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from tfgen.data import DATASETS
from tfgen.data.cache import cached_arrays
from tfgen.data.image_set import ImageSet
from tfgen.data.progress import progress
from tfgen.data.resizing import resize
from tfgen.data.sources import check_split

SIZE = 28
VERTICES = 3
MIN_SEGMENT_DEGREES = 20.0
SCALE = 0.75
SUBPIXELS = 8
SEED = 0
SPLITS = {"train": slice(0, 60_000), "test": slice(60_000, 70_000), "holdout": slice(70_000, 80_000)}
COUNT = 80_000

# Along how much of the circle a draw moves its corner.
ARC_DEGREES = 360.0 / VERTICES - MIN_SEGMENT_DEGREES / 2

# How many radians a triangle turns for a draw from [0, 1). The published code takes 2 pi for degrees.
ROTATIONS = {"published": np.radians(2 * np.pi), "full": 2 * np.pi}

_CHUNK = 500


@DATASETS.register("polygons")
def polygons(
    split: str = "train",
    *,
    image_size: int | None = None,
    data_dir: str | Path | None = None,
    rotation: str = "published",
) -> ImageSet:
    """Polygons: 80,000 black triangles on white, 28x28, made on the spot (Lucic et al., 2018, arXiv:1711.10337).

    Made by the recipe that the authors published (google/compare_gan, Convex_Polygons_Dataset): the same draws of
    NumPy's legacy generator with seed 0, the same geometry, the same 8x8 samples in each pixel, the same order. The
    images are stored in 8 bits, so a pixel is within 1/510 of the published one (white is 1). The set as the authors
    had it was never published; that they ran this recipe with these constants is their own account.

    Args:
        split: `"train"` (60,000), `"test"` (10,000) or `"holdout"` (10,000).
        image_size: Height and width; None keeps 28.
        data_dir: Not used; all data sets take it.
        rotation: `"published"` turns a triangle by at most 6.28 degrees, as the published code does by a slip of
            units; `"full"` turns it by any angle.

    Returns:
        uint8 `(N, 28, 28, 1)` without labels; mean pixel 0.867 of white.

    Raises:
        ValueError: For an unknown split or rotation.
    """
    del data_dir
    check_split("polygons", split, tuple(SPLITS))
    if rotation not in ROTATIONS:
        raise ValueError(f"polygons has no rotation {rotation!r}; it has: {', '.join(ROTATIONS)}")

    def chunks() -> Iterator[dict[str, np.ndarray]]:
        corners = random_vertices(COUNT, max_rotation=ROTATIONS[rotation], seed=SEED)
        pieces = np.split(corners, range(_CHUNK, COUNT, _CHUNK))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for images in progress(pool.map(rasterise, pieces), "Drawing polygons", len(pieces)):
                yield {"images": images}

    images = cached_arrays(("polygons", COUNT, rotation), chunks)["images"][SPLITS[split]]
    return resize(ImageSet(images, origin=f"polygons drawn with seed {SEED}, rotation {rotation}"), image_size)


def random_vertices(count: int, *, max_rotation: float, seed: int) -> np.ndarray:
    """Draws the corners of triangles, each in its own third of a circle.

    Args:
        count: Number of triangles.
        max_rotation: Largest angle, in radians, by which one is turned.
        seed: Seed of NumPy's legacy generator.

    Returns:
        float64 `(count, 3, 2)`: row and column, in pixels, with the mean of the corners in the image's centre.
    """
    return vertices_of(random_draws(count, seed=seed), max_rotation=max_rotation)


def random_draws(count: int, *, seed: int) -> np.ndarray:
    """Draws triangles as the numbers that `vertices_of` makes them of.

    Args:
        count: Number of triangles.
        seed: Seed of NumPy's legacy generator.

    Returns:
        float64 `(count, 4)` in [0, 1): where each corner lies in its third of the circle, and the turn.
    """
    random = np.random.RandomState(seed)
    draws = random.random_sample((count, VERTICES + 1))
    return draws[random.permutation(count)]


def vertices_of(draws: np.ndarray, *, max_rotation: float) -> np.ndarray:
    """The corners of triangles, smooth in the numbers that they are made of.

    The turn moves all three corners along the circle, so that the four draws have three degrees of freedom.

    Args:
        draws: `(count, 4)`, as `random_draws` gives them; values outside [0, 1] are computed too.
        max_rotation: The angle, in radians, by which a draw of 1 turns a triangle.

    Returns:
        float64 `(count, 3, 2)`: row and column, in pixels, with the mean of the corners in the image's centre.
    """
    starts = np.arange(VERTICES) * (360.0 / VERTICES) + MIN_SEGMENT_DEGREES / 2
    angles = np.radians(starts + draws[:, :VERTICES] * ARC_DEGREES)
    circle = (np.stack([np.cos(angles), np.sin(angles)], axis=-1) + 1) / 2
    turn = draws[:, VERTICES] * max_rotation
    cos, sin = np.cos(turn), np.sin(turn)
    rotation = np.stack([np.stack([cos, -sin], axis=-1), np.stack([sin, cos], axis=-1)], axis=-2)
    corners = circle @ rotation * (SIZE * SCALE)
    return corners + (SIZE / 2 - corners.mean(axis=1, keepdims=True))


def rasterise(vertices: np.ndarray) -> np.ndarray:
    """Draws convex polygons in black on white, antialiased by 8x8 samples in a pixel.

    A line of samples crosses a convex polygon in one interval, so that the samples inside are counted, not tested.

    Args:
        vertices: float `(N, V, 2)`: row and column of each corner, in order, in pixels.

    Returns:
        uint8 `(N, 28, 28, 1)`.
    """
    begins = vertices[:, np.newaxis] * SUBPIXELS
    ends = np.roll(begins, -1, axis=2)
    # The published code's pixel k averages the samples 8k-3 to 8k+4: its filter is centred so.
    first = np.arange(SIZE) * SUBPIXELS - (SUBPIXELS // 2 - 1)
    rows = np.arange(first[0], first[0] + SIZE * SUBPIXELS)[:, np.newaxis]
    crosses = (begins[..., 0] <= rows) != (ends[..., 0] <= rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (ends[..., 1] - begins[..., 1]) / (ends[..., 0] - begins[..., 0])
        columns = begins[..., 1] + (rows - begins[..., 0]) * slope
    left = np.ceil(np.where(crosses, columns, np.inf).min(axis=-1))[..., np.newaxis]
    right = np.floor(np.where(crosses, columns, -np.inf).max(axis=-1))[..., np.newaxis]
    inside = np.minimum(right, first + SUBPIXELS - 1) - np.maximum(left, first) + 1
    inside = np.clip(inside, 0, SUBPIXELS).reshape(-1, SIZE, SUBPIXELS, SIZE).sum(axis=2)
    white = 1 - inside / SUBPIXELS**2
    return np.rint(white * 255).astype(np.uint8)[..., np.newaxis]
