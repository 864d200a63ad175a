"""Published training methods, one file each, as Keras models whose `train_step` is the paper."""

import importlib

from tfgen.registry import Registry

MODELS = Registry("model", "tfgen.models")

_BASES = {
    "ImageModel": "image_model",
    "GenerativeModel": "generative_model",
    "AdversarialModel": "adversarial_model",
    "AutoencoderModel": "autoencoder_model",
}


def __getattr__(name: str):
    if name in _BASES:
        return getattr(importlib.import_module(f"tfgen.models.{_BASES[name]}"), name)
    return MODELS.attribute(name)
