"""What the functions on latents accept."""

from typing import Any

import numpy as np


def latent_rows(latents: Any, name: str) -> np.ndarray:
    """Latents as float64 `(n, latent_dim)`.

    Args:
        latents: `(n, latent_dim)`, or one alone `(latent_dim,)`; NumPy or TensorFlow, of any real dtype.
        name: What the caller calls them, for the message.

    Raises:
        ValueError: If they are none, or not such finite numbers.
    """
    rows = np.asarray(latents)
    if rows.dtype.kind not in "fiu" or rows.ndim not in (1, 2) or not rows.size:
        raise ValueError(f"{name} are {rows.dtype} of shape {rows.shape}; latents are real numbers (n, latent_dim)")
    rows = np.atleast_2d(rows).astype(np.float64)
    if not np.isfinite(rows).all():
        raise ValueError(f"{name} have values that are not finite; look for NaN where they come from")
    return rows


def rows_of_one_width(**named: Any) -> list[np.ndarray]:
    """Several sets of latents, each as `latent_rows` under its name.

    Raises:
        ValueError: If one is not a set of latents, or they differ in length.
    """
    sets = [latent_rows(latents, name.replace("_", " ")) for name, latents in named.items()]
    if len({rows.shape[1] for rows in sets}) > 1:
        lengths = ", ".join(str(rows.shape[1]) for rows in sets)
        raise ValueError(f"the latents are {lengths} long; take all of them from one model")
    return sets
