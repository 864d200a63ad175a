"""Inception's features of small images, against the bare network on prepared ones: what comes before it costs."""

from collections.abc import Callable

import numpy as np

from tfgen import backend
from tfgen.data.pictures import from_uint8
from tfgen.metrics.features import Extractor
from tfgen.metrics.features.inception_network import build_network

from .contenders import Contender, compete
from .measurement import Measurement
from .settings import Settings

ALONE = "network alone, 299x299 float32"
WHOLE = "extractor, 28x28 grey images in [-1, 1]"


def measure(settings: Settings) -> Measurement:
    """Times both on `settings.images` images at once."""
    contenders = {
        name: Contender("extractor", {"name": name, "images": settings.images}, unit_share=settings.images)
        for name in (ALONE, WHOLE)
    }
    return compete("Inception's features", "images/s", WHOLE, contenders, settings)


def prepare(name: str, images: int) -> Callable[[int], None]:
    """A callable that computes the features of so many images in one batch, a number of times."""
    features = ways(images)[name]

    def run(count: int) -> None:
        for _ in range(count):
            features()

    return run


def ways(images: int) -> dict[str, Callable[[], np.ndarray]]:
    """The bare network on prepared images and the extractor on small ones, by what the table calls them."""
    rng = np.random.default_rng(0)
    # Untrained: that costs the same, and needs no download.
    network = build_network()
    extractor = Extractor("inception_2015", network, layer="pool_3", sha256="", value_range=(-1.0, 127 / 128))
    bare = backend.function(
        lambda batch: network(batch, training=False), [backend.TensorSpec((None, 299, 299, 3), "float32")]
    )
    prepared = rng.uniform(-1, 1, (images, 299, 299, 3)).astype("float32")
    small = from_uint8(rng.integers(0, 256, (images, 28, 28, 1), np.uint8))
    return {ALONE: lambda: bare(prepared)["features"].numpy(), WHOLE: lambda: extractor(small)}
