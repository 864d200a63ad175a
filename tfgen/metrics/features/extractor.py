"""A network with everything that comes before it, from images in [-1, 1] to features."""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple, Self

import keras
import numpy as np
from keras import ops

from tfgen import backend
from tfgen.data.pictures import to_uint8
from tfgen.metrics.features.resizers import RESIZERS
from tfgen.registry import UnknownNameError

# Images that go through the network at once, of which Inception holds about a gigabyte.
_BATCH = 64


class Extracted(NamedTuple):
    """What an extractor finds in n images.

    Attributes:
        features: float32 `(n, d)`.
        probabilities: float32 `(n, classes)`, rows summing to 1, or None if the network does not classify.
    """

    features: np.ndarray
    probabilities: np.ndarray | None = None


class Extractor:
    """A network, and the way from images in [-1, 1] to its inputs: bytes, size, channels, range.

    A score depends on each of these steps (Parmar et al. 2022, arXiv 2104.11222), so `protocol` names them all.

    Args:
        name: What results call it.
        network: From prepared images `(n, height, width, 1 or 3)` to a dictionary: `"features"` `(n, d)`, and
            `"probabilities"` `(n, classes)` if it classifies. Images are resized to its height and width if it has
            fixed ones, and grey images are given three equal channels if it takes three.
        layer: Where in the network the features are taken, for `protocol`.
        sha256: Of the weights, in hexadecimal, for `protocol`.
        value_range: What black and white are to the network.
        resizer: A name in `RESIZERS`.
        quantise: Whether images are first rounded to bytes, as files hold them; reference images have been.
        is_standard: Whether scores by it go by their plain names, FID and KID: only FID's own network, weights checked,
            is.

    Attributes:
        classes: How many classes it gives probabilities of, 0 if it does not classify.

    Raises:
        ValueError: If the network takes or gives something else.
        UnknownNameError: If there is no such resizer.
    """

    def __init__(
        self,
        name: str,
        network: keras.Model,
        *,
        layer: str,
        sha256: str,
        value_range: tuple[float, float] = (-1.0, 1.0),
        resizer: str = "tf1_bilinear",
        quantise: bool = True,
        is_standard: bool = False,
    ):
        if resizer not in RESIZERS:
            raise UnknownNameError("resizer", resizer, sorted(RESIZERS))
        _check_network(name, network)
        self.name = name
        self.network = network
        self.layer = layer
        self.sha256 = sha256
        self.value_range = value_range
        self.resizer = resizer
        self.quantise = quantise
        self._is_standard = is_standard
        self.classes = network.output["probabilities"].shape[-1] if "probabilities" in network.output else 0
        *self._size, self._channels = network.input_shape[1:]
        self._compiled = cache(self._compile)

    @property
    def is_standard(self) -> bool:
        """Whether scores by it go by their plain names, FID and KID, whatever its own name."""
        return self._is_standard

    def protocol(self, image_shape: Sequence[int]) -> dict[str, str]:
        """What a score has to state beside its value to be compared with another.

        Args:
            image_shape: Height, width and channels of the images: those of the network's size are not resized.
        """
        return {
            "name": self.name,
            "sha256": self.sha256,
            "layer": self.layer,
            "resizer": self.resizer if self._resizes(image_shape) else "none",
            "quantisation": "uint8" if self.quantise else "float",
            "value_range": "{} to {}".format(*map(float, self.value_range)),
        }

    def unrounded(self) -> Self:
        """The same extractor without the rounding to bytes, for images that differ by less than a byte."""
        return type(self)(
            self.name,
            self.network,
            layer=self.layer,
            sha256=self.sha256,
            value_range=self.value_range,
            resizer=self.resizer,
            quantise=False,
            is_standard=self.is_standard,
        )

    def __call__(self, images: Any) -> Extracted:
        """The features of images, computed in batches, so that any number of them fits into memory.

        Args:
            images: Floats `(n, height, width, 1 or 3)` in [-1, 1], NumPy or TensorFlow, of any size.

        Returns:
            The features, and the probabilities if the network classifies, in the images' order.

        Raises:
            ValueError: If they are no such images, not all finite, or coloured while the network takes grey ones.
        """
        images = self._checked(np.asarray(images))
        pixels = to_uint8(images) if self.quantise else (images.astype(np.float32) + 1.0) * 127.5
        run = self._compiled(pixels.shape[1:], pixels.dtype.name)
        batches = [run(batch) for batch in np.array_split(pixels, -(-len(pixels) // _BATCH))]
        return Extracted(**{key: np.concatenate([batch[key] for batch in batches]) for key in batches[0]})

    def _checked(self, images: np.ndarray) -> np.ndarray:
        if images.dtype.kind != "f" or images.ndim != 4 or not images.size or images.shape[-1] not in (1, 3):
            raise ValueError(
                f"images are {images.dtype} of shape {images.shape}; an extractor takes float32 in [-1, 1], "
                "(n, height, width, 1 or 3); tfgen.data.pictures.from_uint8 makes it of bytes"
            )
        if not np.isfinite(images).all():
            raise ValueError("images have values that are not finite; look for NaN in the model that made them")
        if images.shape[-1] > self._channels:
            raise ValueError(f"images have 3 channels and {self.name} takes grey ones; convert them, or take another")
        return images

    def _resizes(self, image_shape: Sequence[int]) -> bool:
        return None not in self._size and list(image_shape[:2]) != self._size

    def _compile(self, shape: tuple[int, int, int], dtype: str) -> Any:
        return backend.function(self._run, [backend.TensorSpec((None, *shape), dtype)])

    def _run(self, pixels: Any) -> dict[str, Any]:
        pixels = ops.cast(pixels, "float32")
        if self._resizes(pixels.shape[1:]):
            pixels = RESIZERS[self.resizer](pixels, tuple(self._size))
        if pixels.shape[-1] < self._channels:
            pixels = ops.repeat(pixels, self._channels, axis=-1)
        low, high = self.value_range
        outputs = self.network(pixels * ((high - low) / 255.0) + low, training=False)
        return {key: ops.cast(value, "float32") for key, value in outputs.items()}


def weights_sha256(model: keras.Model) -> str:
    """The SHA-256 of a model's weights, in hexadecimal: of their shapes and float32 values, in the model's order."""
    digest = hashlib.sha256()
    for weight in model.weights:
        values = np.ascontiguousarray(weight.numpy(), np.dtype("<f4"))
        digest.update(str(values.shape).encode())
        digest.update(values.data)
    return digest.hexdigest()


def _check_network(name: str, network: keras.Model) -> None:
    takes, gives = getattr(network, "input_shape", None), getattr(network, "output", None)
    if not isinstance(takes, tuple) or len(takes) != 4 or takes[-1] not in (1, 3):
        raise ValueError(f"{name} takes {takes}; the network of an extractor takes images (n, height, width, 1 or 3)")
    if not isinstance(gives, dict) or "features" not in gives or gives.keys() - Extracted._fields:
        raise ValueError(f"{name} gives {gives}; the network of an extractor gives a dictionary with 'features'")
    for key, tensor in gives.items():
        if len(tensor.shape) != 2:
            raise ValueError(
                f"the {key} of {name} have shape {tensor.shape}, not (n, width); take a pooled or flat layer"
            )
