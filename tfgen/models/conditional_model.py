"""What every adversarial method whose networks are given labels does."""

from typing import Any

from keras import ops

from tfgen.models.adversarial_model import AdversarialModel
from tfgen.models.labelled_model import LabelledModel


class ConditionalModel(LabelledModel, AdversarialModel):
    """A generator that is told the class of each image to draw, and a discriminator that is told what it was told.

    A method derives from this class first and then from the one whose losses it has. The labels of a step's generated
    images are those of its real ones, so both have the classes' frequencies in the data.

    Args:
        generator: Network [latents (n, latent_dim), labels (n,)] -> images (n, height, width, channels) in [-1, 1].
        discriminator: Network [images, labels] -> (n, 1), high for a real image of that class.
        num_classes: How many classes there are.
        arguments: Those of the other base, and of every `AdversarialModel`.

    Raises:
        ValueError: As `LabelledModel`, or as the other base does.
    """

    networks_take = {"generator": ("latents", "labels"), "discriminator": ("images", "labels")}

    @classmethod
    def network_arguments(  # noqa: D102
        cls, image_shape: tuple[int, int, int], latent_dim: int, num_classes: int
    ) -> dict[str, dict[str, Any]]:
        return {
            "generator": {"image_shape": image_shape, "latent_dim": latent_dim, "num_classes": num_classes},
            "discriminator": {"image_shape": image_shape, "num_classes": num_classes},
        }

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

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Images of [latents, labels], as `generate`."""
        latents, labels = inputs
        return self.generate(latents, labels, training=training)
