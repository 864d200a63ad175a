"""What every adversarial method whose networks are given labels does."""

from typing import Any

import keras
import numpy as np
from keras import ops

from tfgen import backend
from tfgen.models.adversarial_model import AdversarialModel
from tfgen.models.image_model import Signature


class ConditionalModel(AdversarialModel):
    """A generator that is told the class of each image to draw, and a discriminator that is told what it was told.

    A method derives from this class first and then from the one whose losses it has. It is trained on
    `(images, labels)`, with labels integers (n,) from 0 to num_classes - 1; the labels of a step's generated images are
    those of its real ones, so both have the classes' frequencies in the data.

    `fit` refuses labels of another rank or dtype. It does not look at their values, nor at how many classes the
    networks were made for: num_classes has to be the number that they were given, and labels beyond it are an error of
    the embedding on some devices and a wrong embedding on others.

    Args:
        generator: Network [latents (n, latent_dim), labels (n,)] -> images (n, height, width, channels) in [-1, 1].
        discriminator: Network [images, labels] -> (n, 1), high for a real image of that class.
        num_classes: How many classes there are.
        arguments: Those of the other base, and of every `AdversarialModel`.

    Raises:
        ValueError: If there are fewer than 2 classes, or a network has not these inputs; or as the other base does.
    """

    discriminator_takes: tuple[str, ...] = ("images", "labels")
    """The discriminator's inputs."""

    def __init__(self, generator: keras.Model, discriminator: keras.Model, *, num_classes: int, **arguments: Any):
        if num_classes < 2:
            raise ValueError(f"num_classes is {num_classes}; it is 2 or more")
        takes = {"generator": ("latents", "labels"), "discriminator": self.discriminator_takes}
        for (role, inputs), network in zip(takes.items(), (generator, discriminator), strict=True):
            if len(network.inputs) != len(inputs):
                raise ValueError(
                    f"the {role} has {len(network.inputs)} input(s); that of {type(self).__name__} takes "
                    f"{' and '.join(inputs)}"
                )
        super().__init__(generator, discriminator, **arguments)
        self.num_classes = int(num_classes)

    @classmethod
    def network_arguments(  # noqa: D102
        cls, image_shape: tuple[int, int, int], latent_dim: int, num_classes: int
    ) -> dict[str, dict[str, Any]]:
        return {
            "generator": {"image_shape": image_shape, "latent_dim": latent_dim, "num_classes": num_classes},
            "discriminator": {"image_shape": image_shape, "num_classes": num_classes},
        }

    @property
    def label_count(self) -> int:
        """The number of classes."""
        return self.num_classes

    def default_labels(self, n: Any) -> Any:
        """The classes in turn, int32 (n,): 0, 1, ..., num_classes - 1, 0, 1, ..."""
        return ops.arange(n, dtype="int32") % self.num_classes

    def generate(self, latents: Any, labels: Any = None, training: bool = False) -> Any:
        """Images of latents (n, latent_dim) and labels (n,): float32 (n, height, width, channels) in [-1, 1].

        Raises:
            ValueError: If there are no labels, or they are not integers of shape (n,).
        """
        # Keras mixes no arrays with tensors.
        return self.generator([ops.convert_to_tensor(latents), self._labels(labels)], training=training)

    def discriminator_inputs(self, images: Any, labels: Any = None, training: bool = True) -> Any:
        """What the discriminator is given of images, and their labels (n,), integers."""
        return [ops.convert_to_tensor(self.shown(images, training)), self._labels(labels)]

    def sampling_inputs(self, latents: np.ndarray, labels: Any) -> tuple[np.ndarray, ...]:  # noqa: D102
        return latents, checked_labels(labels, self.num_classes)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Images of [latents, labels], as `generate`."""
        latents, labels = inputs
        return self.generate(latents, labels, training=training)

    def serving_signatures(self) -> dict[str, Signature]:
        """`serving_default` takes labels too, `generate` draws the classes in turn, `generate_labels` those given."""
        signatures = super().serving_signatures()
        (latents,), (_, seed) = signatures["serving_default"].inputs, signatures["generate"].inputs
        labels = backend.TensorSpec((None,), "int32", name="labels")
        return {
            **signatures,
            "serving_default": Signature(self.generate, (latents, labels), "images"),
            "generate_labels": Signature(self._generate_labels_from_seed, (labels, seed), "images"),
        }

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "num_classes": self.num_classes}

    def _labels(self, labels: Any) -> Any:
        if labels is None:
            raise ValueError(
                f"a {type(self).__name__} needs labels and was given none; train it on (images, labels), in a recipe "
                "by labels = true under [data]"
            )
        labels = ops.convert_to_tensor(labels)
        if len(labels.shape) != 1 or not keras.backend.is_int_dtype(labels.dtype):
            raise ValueError(
                f"labels are {keras.backend.standardize_dtype(labels.dtype)} of shape {tuple(labels.shape)}; a "
                f"{type(self).__name__} takes integers (n,) from 0 to {self.num_classes - 1}, not one-hot vectors"
            )
        return ops.cast(labels, "int32")

    def _generate_labels_from_seed(self, labels: Any, seed: Any) -> Any:
        latents = self.latents(ops.shape(labels)[0], ops.stack([seed, ops.zeros_like(seed)]))
        return self.generate(latents, labels)


def checked_labels(labels: Any, num_classes: int) -> np.ndarray:
    """The labels (n,) as int32.

    Raises:
        ValueError: If they are not integers from 0 to num_classes - 1.
    """
    values = np.asarray(labels)
    if values.ndim != 1 or (values.size and values.dtype.kind not in "iu"):
        raise ValueError(
            f"labels are {values.dtype} of shape {values.shape}; give integers from 0 to {num_classes - 1}, "
            "one for each sample or one for all"
        )
    if values.size and not 0 <= values.min() <= values.max() < num_classes:
        raise ValueError(f"labels go from {values.min()} to {values.max()}; the classes are 0 to {num_classes - 1}")
    return values.astype(np.int32)
