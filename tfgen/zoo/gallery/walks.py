"""A checkpoint's interpolation: a few walks past its samples, side by side, that never end."""

import hashlib
import json
from pathlib import Path

import numpy as np
from PIL import Image

from tfgen.data.pictures import grid, to_uint8
from tfgen.errors import TfgenError
from tfgen.files import atomic_path
from tfgen.latent import check_smooth, interpolate, nearest
from tfgen.models.generative_model import GenerativeModel
from tfgen.models.image_model import ImageModel
from tfgen.paths import tfgen_home
from tfgen.zoo.entries import Entry
from tfgen.zoo.gallery.exhibit import MOST_CLASSES, SMALL_SIDE
from tfgen.zoo.loading import load

COLUMNS = 5
"""Walks in a row. A model that knows classes walks once in each of the first ten, another one five times."""

_SEEDS = (0, 1, 2, 3)
_STEPS = 12
_FRAME_RATE = 12
# Of larger images, whose losses are not seen and whose files would be several times as large.
_QUALITY = 80


class NoWalkError(Exception):
    """A model whose latents lead nowhere; the message says why."""


def walk(entry: Entry) -> Path:
    """An animated WebP of a checkpoint's walks, made once for its weights and recipe, and kept under `TFGEN_HOME`.

    All walks of one model pass the samples of seeds 0, 1, 2 and 3, the first of which begin its contact sheet, and
    return to the first.

    Args:
        entry: One with a card.

    Raises:
        NoWalkError: If it draws no images, or by random numbers through which no path leads.
        CheckpointError: If its weights cannot be had, or are not what the card says.
        TfgenError: If nothing can be kept under `TFGEN_HOME`.
    """
    settings = [COLUMNS, _SEEDS, _STEPS, _FRAME_RATE, MOST_CLASSES, SMALL_SIDE, _QUALITY]
    made_of = json.dumps([entry.card["weights"]["sha256"], entry.recipe.to_toml(), settings])
    path = tfgen_home() / "gallery" / f"{hashlib.sha256(made_of.encode()).hexdigest()[:32]}.webp"
    reason = path.with_suffix(".txt")
    try:
        if not path.is_file() and not reason.is_file():
            _make(entry, path, reason)
        if reason.is_file():
            raise NoWalkError(reason.read_text(encoding="utf-8"))
    except OSError as error:
        raise TfgenError(
            f"the cache {path.parent} cannot be used ({error.strerror or error}); "
            "set TFGEN_HOME to a folder that you can write"
        ) from error
    return path


def first_frame(path: Path) -> np.ndarray:
    """What an animation begins with, uint8 `(height, width, 3)`."""
    with Image.open(path) as animation:
        return np.asarray(animation.convert("RGB"))


def _make(entry: Entry, path: Path, reason: Path) -> None:
    """Writes the animation, or in its place why there is none."""
    model = load(entry.name)
    if why := _why_not(model):
        with atomic_path(reason) as temporary:
            temporary.write_text(why, encoding="utf-8")
        return
    frames = _frames(model)
    with atomic_path(path) as temporary:
        _write(temporary, frames, lossless=max(model.image_shape[:2]) <= SMALL_SIDE)


def _why_not(model: ImageModel) -> str:
    if not isinstance(model, GenerativeModel):
        return f"a {type(model).__name__} draws no images"
    try:
        check_smooth(model)
    except ValueError as error:
        return str(error)
    return ""


def _frames(model: GenerativeModel) -> np.ndarray:
    walks = min(model.label_count, MOST_CLASSES) or COLUMNS
    waypoints = np.stack([model.draw(walks, seed) for seed in _SEEDS])
    path = interpolate(waypoints, _STEPS, model.interpolate, closed=True)
    latents = np.asarray(nearest(model, path)).reshape(-1, model.latent_dim)
    labels = np.tile(np.arange(walks), len(path)) if model.label_count else None
    images = np.concatenate(list(model.in_batches("serving_default", *model.sampling_inputs(latents, labels))))
    pixels = to_uint8(images).reshape(len(path), walks, *model.image_shape)
    return np.stack([grid(frame, columns=min(walks, COLUMNS)) for frame in pixels])


def _write(path: Path, frames: np.ndarray, *, lossless: bool) -> None:
    first, *others = [
        Image.fromarray(frame[..., 0] if frame.shape[-1] == 1 else frame).convert("RGB") for frame in frames
    ]
    first.save(
        path,
        save_all=True,
        append_images=others,
        duration=round(1000 / _FRAME_RATE),
        loop=0,
        lossless=lossless,
        quality=100 if lossless else _QUALITY,
        method=4,
    )
