"""Filters of SciPy and scikit-image that take noise out of images: what a denoising model is measured against."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pywt
from scipy.ndimage import median_filter
from scipy.stats import norm
from skimage.restoration import cycle_spin, denoise_nl_means, denoise_tv_chambolle, denoise_wavelet

from tfgen.data.progress import progress
from tfgen.metrics.reconstruction import peak_signal_to_noise_ratio

_SEARCH_DISTANCE = 7
_LEVELS_OF_GREY = 1024
_SHIFTS = 3


def median(images: np.ndarray, noise: float, *, size: int) -> np.ndarray:
    """The median of a square window around each pixel, channel by channel.

    Args:
        images: Floats `(n, height, width, channels)` in [-1, 1]. All filters take such.
        noise: The noise's standard deviation in units of these images. A median has no use for it.
        size: Side of the window in pixels.

    Returns:
        float32 of the same shape, in [-1, 1]; from all filters.
    """
    return median_filter(np.asarray(images, np.float32), (1, size, size, 1))


def non_local_means(
    images: np.ndarray, noise: float, *, patch_size: int, allowance: float, strength: float
) -> np.ndarray:
    """Means over pixels whose surroundings look alike (Buades, Coll and Morel 2005), noise allowed for.

    Args:
        images: As for `median`.
        noise: Likewise.
        patch_size: Side of the surroundings in pixels.
        allowance: Share of the noise that is taken off their distances. Noise that was cut at black and white is less.
        strength: How unlike they may be beyond it, in units of the noise.
    """
    settings = {"patch_size": patch_size, "patch_distance": _SEARCH_DISTANCE}
    settings |= {"h": strength * noise, "sigma": allowance * noise}
    return _one_by_one(lambda image: denoise_nl_means(image, channel_axis=-1, **settings), images, "non-local means")


def wavelet(images: np.ndarray, noise: float, *, wavelet: str, levels: int, strength: float) -> np.ndarray:
    """Soft thresholds on wavelet coefficients, chosen band by band (BayesShrink: Chang, Yu and Vetterli 2000).

    It is the mean over shifts by 0 to 3 pixels in both directions, as a transform alone depends on where its blocks
    begin (cycle spinning: Coifman and Donoho 1995).

    Args:
        images: As for `median`; colours are filtered as luminance and chrominance.
        noise: Likewise.
        wavelet: A name that PyWavelets knows.
        levels: Decompositions, or as many as the image is large enough for.
        strength: Factor of the noise that the thresholds reckon with.
    """
    levels = max(1, min(levels, pywt.dwtn_max_level(images.shape[1:3], wavelet)))
    settings = {"sigma": strength * noise, "wavelet": wavelet, "wavelet_levels": levels, "method": "BayesShrink"}
    settings["convert2ycbcr"] = images.shape[-1] == 3
    settings["channel_axis"] = -1

    def shifted(image: np.ndarray) -> np.ndarray:
        return cycle_spin(image, denoise_wavelet, _SHIFTS, func_kw=settings, workers=1, channel_axis=-1)

    return _one_by_one(shifted, images, "wavelets")


def total_variation(images: np.ndarray, noise: float, *, strength: float) -> np.ndarray:
    """The image of little total variation that is near (Rudin, Osher and Fatemi 1992, by Chambolle's 2004 algorithm).

    Args:
        images: As for `median`.
        noise: Likewise.
        strength: Weight of the total variation, in units of the noise.
    """
    weight = strength * noise
    return _one_by_one(
        lambda image: denoise_tv_chambolle(image, weight=weight, channel_axis=-1), images, "total variation"
    )


class Filter(NamedTuple):
    """A filter, and the values of its settings that are tried.

    Attributes:
        function: Takes images, the noise's standard deviation, and the settings as keywords.
        grid: The values of each setting.
    """

    function: Callable[..., np.ndarray]
    grid: Mapping[str, tuple[Any, ...]]


FILTERS: Mapping[str, Filter] = {
    "median": Filter(median, {"size": (3, 5, 7)}),
    "non-local means": Filter(
        non_local_means, {"patch_size": (5, 7), "allowance": (0.5, 0.7, 0.85), "strength": (0.2, 0.4, 0.6, 0.8, 1.0)}
    ),
    "wavelets": Filter(wavelet, {"wavelet": ("db1", "sym4"), "levels": (2, 3), "strength": (0.5, 0.7, 1.0, 1.4)}),
    "total variation": Filter(total_variation, {"strength": (0.25, 0.5, 0.75, 1.0, 1.5)}),
}


class TunedFilter(NamedTuple):
    """A filter with its settings chosen.

    Attributes:
        function: As of `Filter`.
        settings: Its keywords.
        unclip: Whether `undo_clipping` follows it.
    """

    function: Callable[..., np.ndarray]
    settings: Mapping[str, Any]
    unclip: bool

    def __call__(self, images: np.ndarray, noise: float) -> np.ndarray:
        """Filters images, as `median` takes them."""
        filtered = self.function(images, noise, **self.settings)
        return undo_clipping(filtered, noise) if self.unclip else filtered

    def __str__(self) -> str:
        settings = [f"{name.replace('_', ' ')} {value}" for name, value in self.settings.items()]
        return ", ".join([*settings, *["clipping undone"] * self.unclip])


def tuned(candidate: Filter, clean: np.ndarray, noisy: np.ndarray, noise: float) -> TunedFilter:
    """The settings, of all combinations in a filter's grid, that give the best mean PSNR.

    Args:
        candidate: The filter.
        clean: Floats `(n, height, width, channels)` in [-1, 1], not those that the filter will be measured on.
        noisy: The same images with noise.
        noise: The noise's standard deviation, in units of these images.
    """
    best, best_ratio = None, -np.inf
    for values in itertools.product(*candidate.grid.values()):
        settings = dict(zip(candidate.grid, values, strict=True))
        filtered = candidate.function(noisy, noise, **settings)
        for unclip, images in ((False, filtered), (True, undo_clipping(filtered, noise))):
            ratio = peak_signal_to_noise_ratio(clean, images).mean()
            if best is None or ratio > best_ratio:
                best, best_ratio = TunedFilter(candidate.function, settings, unclip), ratio
    return best


def undo_clipping(means: np.ndarray, noise: float) -> np.ndarray:
    """The images whose noisy copies, cut to [-1, 1], have these means.

    Where noise is cut off, black turns brighter on average and white darker, and a filter that averages keeps that.
    Foi 2009 (Signal Processing 89) inverts the expectation.

    Args:
        means: What a filter made of images with Gaussian noise that was then cut to [-1, 1].
        noise: The noise's standard deviation before.
    """
    values = np.linspace(-1.0, 1.0, _LEVELS_OF_GREY)
    below, above = (-1.0 - values) / noise, (1.0 - values) / noise
    inside = values * (norm.cdf(above) - norm.cdf(below)) + noise * (norm.pdf(below) - norm.pdf(above))
    expected = inside + norm.sf(above) - norm.cdf(below)
    return np.interp(means, expected, values).astype(np.float32)


def _one_by_one(denoise: Callable[[np.ndarray], np.ndarray], images: np.ndarray, name: str) -> np.ndarray:
    filtered = np.empty(images.shape, np.float32)
    for index, image in enumerate(progress(images, f"filtering: {name}", len(images))):
        # Some leave out an axis of one channel.
        filtered[index] = denoise(np.asarray(image, np.float32)).reshape(image.shape)
    return np.clip(filtered, -1.0, 1.0)
