"""Published architectures, one a file; each function returns a plain `keras.Model` that knows no training method.

Every architecture offers some of four functions, with the same leading arguments:

    generator(image_shape, latent_dim)       noise (batch, latent_dim) -> images (batch, H, W, C) in [-1, 1]
    discriminator(image_shape)               images -> logits (batch, 1)
    encoder(image_shape, output_dim)         images -> codes (batch, output_dim)
    decoder(image_shape, latent_dim)         codes (batch, latent_dim) -> images, or what a likelihood needs

Outputs are float32 under every dtype policy. Initial weights come from the seed of `keras.utils.set_random_seed`.
"""

import importlib
import importlib.util
from types import ModuleType

from tfgen.registry import Registry

NETWORKS = Registry("network", "tfgen.networks")


def __getattr__(name: str) -> ModuleType:
    """Imports an architecture, and Keras with it, when it is first named: `tfgen.networks.dcgan`."""
    if importlib.util.find_spec(f"{__name__}.{name}") is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{name}")
