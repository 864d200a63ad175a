"""The log-likelihood of images under a variational autoencoder, by importance sampling."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from keras import ops
from scipy.special import logsumexp

from tfgen import backend
from tfgen.data.progress import progress
from tfgen.errors import DivergenceError
from tfgen.metrics.image_inputs import image_batch


class LogLikelihood(NamedTuple):
    """Lower bounds of log p(x) in nats per image, all from the same samples.

    Attributes:
        importance_weighted: float64 `(n,)`, the bound with all samples of an image together.
        elbo: float64 `(n,)`, the evidence lower bound: the mean over the samples of the bound with each alone.
        samples: k, how many samples of the posterior each image had.
    """

    importance_weighted: np.ndarray
    elbo: np.ndarray
    samples: int


def importance_weighted_log_likelihood(
    images: Any,
    posterior: Callable[[Any], tuple[Any, Any]],
    decode: Callable[[Any], Any],
    likelihood: Callable[[Any, Any], Any],
    *,
    samples: int = 5000,
    seed: int = 0,
    batch_size: int = 256,
) -> LogLikelihood:
    """The importance-weighted bound of log p(x) for a VAE (Burda et al. 2016, arXiv 1509.00519).

    log 1/k sum_i p(x|z_i) p(z_i) / q(z_i|x) with k samples z_i of the posterior q(z|x), a diagonal Gaussian, and the
    prior N(0, I). With k = 1 it is the evidence lower bound; its expectation rises with k towards log p(x), so that a
    value means nothing without its k. The paper takes 5,000.

    The nats are those of `likelihood`, and compare only with the same one on the same pixels. The Bernoulli one is
    a log-probability if all pixels are black or white; for grey pixels it is the cross-entropy that papers print, which
    no density normalises (Loaiza-Ganem and Cunningham 2019, arXiv 1907.06845). The Gaussian one is a log-density on the
    scale of [-1, 1] and may be positive.

    Args:
        images: Floats `(n, height, width, 1 or 3)` in [-1, 1], NumPy or TensorFlow.
        posterior: Images -> mean and log-variance of q(z|x), `(rows, latent_dim)` each: a VAE's `posterior`.
        decode: Codes `(rows, latent_dim)` -> the likelihood's parameters: a VAE's `decoder`.
        likelihood: (images, parameters) -> -log p(x|z) in nats `(rows,)`: a VAE's `likelihood`.
        samples: k.
        seed: Draws the samples; they also depend on batch_size.
        batch_size: Rows decoded at once; memory is that of one such batch, for any k.

    Raises:
        ValueError: If these are not such images, or samples or batch_size is under 1.
        DivergenceError: If a sample's weight is not finite.
    """
    images = image_batch(images, "images").astype(np.float32, copy=False)
    if samples < 1 or batch_size < 1:
        raise ValueError(f"samples is {samples} and batch_size {batch_size}; both are 1 or more")
    total, mean = np.full(len(images), -np.inf), np.zeros(len(images))
    # Where there are fewer images than rows in a batch, each is decoded from several samples at once.
    count = min(batch_size, len(images))
    copies = min(batch_size // count, samples)
    passes = -(-len(images) // count) * -(-samples // copies)
    draws = _draws(images, posterior, decode, likelihood, count, copies, samples, seed)
    for batch, weights in progress(draws, "drawing from the posterior", passes):
        total[batch] = np.logaddexp(total[batch], logsumexp(weights, axis=0))
        mean[batch] += weights.sum(axis=0) / samples
    return LogLikelihood(total - np.log(samples), mean, samples)


def _draws(
    images: np.ndarray,
    posterior: Callable,
    decode: Callable,
    likelihood: Callable,
    count: int,
    copies: int,
    samples: int,
    seed: int,
) -> Iterator[tuple[slice, np.ndarray]]:
    """Yields which images, `count` at a time, and float64 log-weights (up to `copies`, images), all samples in turn."""
    weigh, drawn = None, itertools.count()
    for start in range(0, len(images), count):
        batch = slice(start, min(start + count, len(images)))
        moments = [ops.convert_to_numpy(ops.cast(part, "float32")) for part in posterior(images[batch])]
        rows = [np.concatenate(copies * [part]) for part in (images[batch], *moments)]
        weigh = weigh or _compiled(decode, likelihood, [part.shape[1:] for part in rows])
        width = batch.stop - start
        for first in range(0, samples, copies):
            fresh = min(copies, samples - first) * width
            weights = ops.convert_to_numpy(weigh(*(part[:fresh] for part in rows), (seed, next(drawn))))
            if not np.isfinite(weights).all():
                raise DivergenceError("p(x|z) p(z) / q(z|x) is not finite for an image; look for NaN in the networks")
            yield batch, weights.astype(np.float64).reshape(-1, width)


def _compiled(decode: Callable, likelihood: Callable, shapes: list[tuple[int, ...]]) -> Callable:
    """(images, mean, log-variance, seed) -> log p(x|z) p(z) / q(z|x) of a sample z for each row, as a graph."""

    def weigh(images: Any, mean: Any, log_variance: Any, seed: Any) -> Any:
        noise = backend.normal(ops.shape(mean), seed)
        codes = mean + ops.exp(0.5 * log_variance) * noise
        # log p(z) - log q(z|x), where the constants cancel.
        ratio = 0.5 * ops.sum(ops.square(noise) + log_variance - ops.square(codes), axis=-1)
        return ratio - likelihood(images, decode(codes))

    specs = [backend.TensorSpec((None, *shape), "float32") for shape in shapes]
    return backend.function(weigh, (*specs, backend.TensorSpec((2,), "int64")))
