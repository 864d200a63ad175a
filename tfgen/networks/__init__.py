"""Published architectures, one a file; each function returns a plain `keras.Model` that knows no training method.

Every architecture offers some of four functions, with the same leading arguments:

    generator(image_shape, latent_dim)       noise (batch, latent_dim) -> images (batch, H, W, C) in [-1, 1]
    discriminator(image_shape)               images -> logits (batch, 1)
    encoder(image_shape, output_dim)         images -> codes (batch, output_dim)
    decoder(image_shape, latent_dim)         codes (batch, latent_dim) -> images, or what a likelihood needs

Those of `vq_vae` have maps `(batch, height, width, features)` for codes, and a fifth function knows no images:

    pixel_cnn.prior(num_codes)               int32 codes (batch, height, width) -> logits (..., num_codes)

A conditional network has a second input, "labels": int32 `(batch,)`, classes from 0 to num_classes - 1.

    conditional.generator(image_shape, latent_dim, num_classes, base=...)    [noise, labels] -> images
    conditional.discriminator(image_shape, num_classes, base=...)            [images, labels] -> logits
    projection.discriminator(image_shape, num_classes, base=...)             [images, labels] -> logits
    resnet.generator(image_shape, latent_dim, num_classes=...)               [noise, labels] -> images

A network with a `base` is built on another one, named with its own arguments: `{"name": "dcgan.generator", "width":
32}`, in a recipe a table in the network's table.

A discriminator's logit comes from a layer called `logits`, a Dense layer or one wrapped in spectral normalisation. What
that layer takes, `(batch, features)`, are the discriminator's features: `discriminator.get_layer("logits").input`. A
second head, or a comparison of features, begins there.

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
