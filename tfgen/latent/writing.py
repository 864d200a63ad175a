"""A walk through the latent space as a strip, an animation, or arrays."""

from pathlib import Path

import numpy as np

from tfgen.data.animation import ANIMATIONS, write_animation
from tfgen.data.pictures import grid, to_uint8, write_png
from tfgen.data.writing import write_arrays

WALKS = (".png", *ANIMATIONS, ".npz")
"""The suffixes of files that a walk can be written to."""


def write_walk(
    path: str | Path,
    images: np.ndarray,
    latents: np.ndarray,
    *,
    closed: bool = False,
    frames_per_second: float = 12.0,
    zoom: int = 1,
) -> None:
    """Writes walks, side by side, whole or not at all.

    Args:
        path: A `.png` gets one row for each walk; a `.gif` or `.webp` moves, all walks at once in a grid, on and on; a
            `.npz` holds the arrays `images`, uint8, and `latents`.
        images: Floats `(walks, frames, height, width, channels)` in [-1, 1].
        latents: `(walks, frames, latent_dim)`.
        closed: Whether the walks end where they began; an animation of others goes there and back.
        frames_per_second: Of an animation.
        zoom: Side of the square that shows one pixel.

    Raises:
        ValueError: If the file has another suffix, or as `write_animation`.
    """
    path, pixels = Path(path), to_uint8(images)
    if path.suffix not in WALKS:
        raise ValueError(f"{path} cannot be written: a walk goes to a file that ends in {', '.join(WALKS)}")
    if path.suffix == ".npz":
        write_arrays(path, images=pixels, latents=latents)
    elif path.suffix == ".png":
        write_png(path, enlarged(grid(pixels.reshape(-1, *pixels.shape[2:]), columns=pixels.shape[1]), zoom))
    else:
        frames = np.stack([enlarged(grid(frame), zoom) for frame in pixels.swapaxes(0, 1)])
        back = frames[:0] if closed else frames[-2:0:-1]
        write_animation(path, np.concatenate([frames, back]), frames_per_second)


def enlarged(picture: np.ndarray, zoom: int) -> np.ndarray:
    """A picture (height, width, channels) with a square of `zoom` by `zoom` for each pixel."""
    return picture.repeat(zoom, axis=0).repeat(zoom, axis=1)
