"""How the hidden layers of a network are normalised, by the name that a recipe gives."""

from collections.abc import Callable
from dataclasses import dataclass

from keras import layers

from tfgen.layers import SpectralNormalization


@dataclass(frozen=True)
class Normalization:
    """What normalises a network's layers: something after them, or something around their weights.

    Attributes:
        after: Makes, from the hidden layer's number, the layer that follows it; None for nothing.
        around: Makes of any layer with a kernel, the last one too, the layer that takes its place.
    """

    after: Callable[[int], layers.Layer] | None = None
    around: Callable[[layers.Layer], layers.Layer] = lambda layer: layer

    @property
    def use_bias(self) -> bool:
        """Whether a hidden layer keeps its bias, which normalised outputs would lose."""
        return self.after is None


def find_normalization(
    name: str,
    batch_norm: Callable[[int], layers.Layer] = lambda number: layers.BatchNormalization(name=f"batch_norm_{number}"),
) -> Normalization:
    """The normalisation of this name.

    Args:
        name: `"none"`; `"batch"` (Ioffe and Szegedy 2015, arXiv 1502.03167); `"layer"`, over all units of an image
            with a scale and an offset for each channel (Ba et al. 2016, arXiv 1607.06450; what WGAN-GP's critics have);
            `"spectral"`, of the weights (Miyato et al. 2018, arXiv 1802.05957).
        batch_norm: Makes the architecture's own batch normalisation, from the hidden layer's number.

    Raises:
        ValueError: If there is no such normalisation.
    """
    known = {
        "none": Normalization(),
        "batch": Normalization(after=batch_norm),
        "layer": Normalization(after=_layer_norm),
        "spectral": Normalization(around=SpectralNormalization),
    }
    if name not in known:
        raise ValueError(f"there is no normalization {name!r}; it is one of {', '.join(known)}")
    return known[name]


def _layer_norm(number: int) -> layers.Layer:
    # Keras' LayerNormalization would normalise each pixel for itself.
    return layers.GroupNormalization(groups=1, name=f"layer_norm_{number}")
