"""Moving pictures: frames as an animated GIF or WebP file."""

from pathlib import Path

import numpy as np
from PIL import Image

from tfgen.data.progress import progress
from tfgen.files import atomic_path

ANIMATIONS = (".gif", ".webp")
"""The suffixes of files that move."""

MINIMUM_FRAME_RATE = 0.1
"""A frame in ten seconds; GIF cannot count beyond eleven minutes."""

MAXIMUM_FRAME_RATE = 50.0
"""GIF counts in hundredths of a second, and viewers slow down what changes faster than every other one."""


def write_animation(path: str | Path, frames: np.ndarray, frames_per_second: float = 12.0) -> None:
    """Writes frames as an animation that runs on and on; the file appears whole or not at all.

    WebP keeps every pixel as it is; GIF, every grey one, and 256 colours a frame.

    Args:
        path: A file that ends in .gif or .webp; its folder is made if it is not there.
        frames: uint8 `(n, height, width, 1 or 3)`.
        frames_per_second: From 0.1 to 50; GIF rounds a frame's time to hundredths of a second.

    Raises:
        ValueError: If the frames, the rate or the suffix is not such.
    """
    path, frames = Path(path), np.asarray(frames)
    if frames.dtype != np.uint8 or frames.ndim != 4 or frames.shape[-1] not in (1, 3) or not len(frames):
        raise ValueError(
            f"frames are {frames.dtype} of shape {frames.shape}; an animation takes uint8 (n, height, width, 1 or 3)"
        )
    check_frame_rate(frames_per_second)
    if path.suffix not in ANIMATIONS:
        raise ValueError(f"{path} is no name for an animation; name a file that ends in {' or '.join(ANIMATIONS)}")
    pictures = (Image.fromarray(frame[..., 0] if frame.shape[-1] == 1 else frame) for frame in frames)
    first = next(pictures)
    with atomic_path(path) as partial:
        first.save(
            partial,
            save_all=True,
            append_images=progress(pictures, f"writing {path.name}", len(frames) - 1),
            duration=round(1000 / frames_per_second),
            loop=0,
            **({"lossless": True} if path.suffix == ".webp" else {}),
        )


def check_frame_rate(frames_per_second: float) -> None:
    """Refuses what viewers or files cannot follow.

    Raises:
        ValueError: If the rate is not from `MINIMUM_FRAME_RATE` to `MAXIMUM_FRAME_RATE`.
    """
    if not MINIMUM_FRAME_RATE <= frames_per_second <= MAXIMUM_FRAME_RATE:
        raise ValueError(
            f"frames_per_second is {frames_per_second:g}; it is from {MINIMUM_FRAME_RATE:g} to {MAXIMUM_FRAME_RATE:g}"
        )
