"""tfgen: a model zoo for generative models on Keras 3 and TensorFlow.

Autoencoders, VAEs and GANs as Keras models whose `train_step` is the paper; checkpoints that load by name; recipes that
train them again; exports that a server runs. Sub-packages load when they are first used: `import tfgen` alone brings
neither Keras nor TensorFlow.
"""

import importlib

__version__ = "0.1.0"

_SUBPACKAGES = (
    "callbacks",
    "corruptions",
    "data",
    "evaluation",
    "latent",
    "layers",
    "losses",
    "metrics",
    "models",
    "networks",
    "priors",
    "recipes",
    "serving",
    "tasks",
    "techniques",
    "training",
    "zoo",
)


def __getattr__(name: str):
    if name in _SUBPACKAGES:
        return importlib.import_module(f"tfgen.{name}")
    raise AttributeError(f"module 'tfgen' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_SUBPACKAGES})
