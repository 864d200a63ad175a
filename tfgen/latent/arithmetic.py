"""Sums and differences of concepts."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfgen.data.pictures import grid, to_uint8
from tfgen.latent.generating import generate, nearest
from tfgen.latent.inputs import latent_rows, rows_of_one_width
from tfgen.models.generative_model import GenerativeModel


def vector_arithmetic(added: Sequence[Any], subtracted: Sequence[Any] = ()) -> np.ndarray:
    """Vector arithmetic on averaged exemplars (Radford et al. 2015, arXiv 1511.06434).

    Smiling woman - neutral woman + neutral man, each the mean of three latents, gave the paper a smiling man; single
    latents were unstable.

    Args:
        added: Concepts to add, each the latents of its exemplars `(exemplars, latent_dim)`.
        subtracted: Concepts to subtract, likewise.

    Returns:
        float32 `(latent_dim,)`. It may lie outside of a bounded prior: `nearest` brings it back.

    Raises:
        ValueError: If there is nothing to add, or the exemplars are not finite latents of one length.
    """
    if not len(added):
        raise ValueError("nothing is added; give the exemplars of at least one concept")
    named = {f"exemplars_{index}": latents for index, latents in enumerate([*added, *subtracted], start=1)}
    means = np.stack([rows.mean(axis=0) for rows in rows_of_one_width(**named)])
    return (means[: len(added)].sum(axis=0) - means[len(added) :].sum(axis=0)).astype(np.float32)


def neighbours(latent: Any, count: int, *, scale: float = 0.25, seed: int = 0) -> np.ndarray:
    """Latents around one, by uniform noise on each component: what Radford et al. 2015 show a result of arithmetic by.

    Args:
        latent: `(latent_dim,)`.
        count: How many.
        scale: The noise is from -scale to scale; 0.25 in the paper.
        seed: Of the noise.

    Returns:
        float32 `(count, latent_dim)`.

    Raises:
        ValueError: If it is not one finite latent, or scale is negative.
    """
    (centre,) = latent_rows(latent, "latent") if np.ndim(latent) == 1 else [None]
    if centre is None or scale < 0:
        raise ValueError(
            f"latent has shape {np.shape(latent)} and scale is {scale}; give one latent (latent_dim,) and a scale of 0 "
            "or more"
        )
    noise = np.random.default_rng(seed).uniform(-scale, scale, (count, len(centre)))
    return (centre + noise).astype(np.float32)


def sum_picture(model: GenerativeModel, terms: Sequence[Any], result: Any, labels: int | None = None) -> np.ndarray:
    """A sum as a picture: a row for each term, its exemplars and last the image of their mean, and below the result.

    Args:
        model: What the latents are of.
        terms: The latents of each term's exemplars `(exemplars, latent_dim)`.
        result: The sum's latent, and neighbours of it, which stand before it in its row, `(n, latent_dim)`.
        labels: The class of all images, for a model that knows classes.

    Returns:
        A uint8 picture `(height, width, channels)`; its last column is the sum as it is written on paper.

    Raises:
        ValueError: As `generate`.
    """
    sums = [*(np.mean(each, axis=0) for each in terms), result[0]]
    ends = generate(model, nearest(model, np.stack(sums)), labels)
    shown = [generate(model, each, labels) for each in (*terms, result[1:])]
    width = max(map(len, shown))
    white = np.ones_like(ends[0])
    rows = [[*row, *[white] * (width - len(row)), end] for row, end in zip(shown, ends, strict=True)]
    return grid(to_uint8(np.concatenate(rows)), columns=width + 1)
