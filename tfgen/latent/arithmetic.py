"""Sums and differences of concepts."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfgen.latent.inputs import latent_rows, rows_of_one_width


def vector_arithmetic(added: Sequence[Any], subtracted: Sequence[Any] = ()) -> np.ndarray:
    """Vector arithmetic on averaged exemplars (Radford et al. 2015, arXiv 1511.06434).

    Smiling woman - neutral woman + neutral man, each the mean of three latents, gave the paper a smiling man; single
    latents were unstable.

    Args:
        added: Concepts to add, each the latents of its exemplars `(exemplars, latent_dim)`.
        subtracted: Concepts to subtract, likewise.

    Returns:
        float32 `(latent_dim,)`. It may lie outside of a bounded prior: `model.prior.nearest` brings it back.

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
