"""The adversarial autoencoder whose prior has a part for each class."""

from typing import Any

import keras
import numpy as np
from keras import ops

from tfgen.losses.reconstruction import ReconstructionLoss
from tfgen.models import MODELS
from tfgen.models.adversarial_autoencoder import AdversarialAutoencoder
from tfgen.models.image_model import Signature
from tfgen.models.labelled_model import LabelledModel, checked_labels
from tfgen.priors.class_prior import ClassPrior
from tfgen.priors.gaussian_mixture import GaussianMixture


@MODELS.register("labelled_adversarial_autoencoder")
@keras.saving.register_keras_serializable(package="tfgen")
class LabelledAdversarialAutoencoder(LabelledModel, AdversarialAutoencoder):
    """Adversarial autoencoder with classes in its prior (Makhzani et al. 2015, arXiv 1511.05644, section 2.3).

    The discriminator is told the class of each image beside its code, and the draws that it compares the codes of a
    class with are those of the class's part of the prior; so the encoder learns to put each class into its part.
    Encoder and decoder are told no class: labels choose from which part of the prior samples come, and without labels
    they come from all. The paper's further class, for images without a label, is left out: all images have one.

    Logged: as `AdversarialAutoencoder`.

    Args:
        encoder: Network images -> codes (n, 2).
        decoder: Network codes -> images (n, height, width, channels) in [-1, 1].
        discriminator: Network codes and one-hot labels, side by side, as images (n, 1, 1, 2 + num_classes) -> (n, 1),
            a logit: high is a draw of the prior.
        reconstruction_loss: Squared error, averaged over pixels, if not given.
        num_classes: How many classes there are.
        prior: A `GaussianMixture` of as many components if not given, or another with a part for each class.
        kwargs: As for `AutoencoderModel`.

    Raises:
        ValueError: If the prior has not num_classes parts, or as `AdversarialAutoencoder`.
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        discriminator: keras.Model,
        reconstruction_loss: ReconstructionLoss | None = None,
        *,
        num_classes: int,
        prior: ClassPrior | None = None,
        **kwargs: Any,
    ):
        prior = prior or GaussianMixture(num_classes)
        if getattr(prior, "classes", 0) != num_classes:
            raise ValueError(
                f"the prior is {type(prior).__name__} with {getattr(prior, 'classes', 0)} parts for classes, and "
                f"num_classes is {num_classes}; take a gaussian_mixture or a swiss_roll of as many"
            )
        networks = (encoder, decoder, discriminator, reconstruction_loss)
        super().__init__(*networks, num_classes=num_classes, prior=prior, **kwargs)

    @classmethod
    def network_arguments(  # noqa: D102
        cls, image_shape: tuple[int, int, int], latent_dim: int, num_classes: int
    ) -> dict[str, dict[str, Any]]:
        arguments = super().network_arguments(image_shape, latent_dim)
        return {**arguments, "discriminator": {"image_shape": (1, 1, latent_dim + num_classes)}}

    @property
    def label_dim(self) -> int:
        """The length of a one-hot label."""
        return self.prior.classes

    def default_labels(self, n: Any) -> None:
        """None: samples that no labels are given for are of the whole prior."""
        return None

    def draws(self, n: Any, seed: Any, labels: Any = None) -> Any:
        """What the codes of images with these labels are to look like: draws of their parts of the prior."""
        return self.prior.sample_of(self._labels(labels), self.latent_dim, seed)

    def discriminate(self, codes: Any, labels: Any = None, training: bool = True) -> Any:
        """The discriminator's logits (n, 1) for codes (n, 2), drawn or encoded, and their labels (n,)."""
        told = ops.one_hot(self._labels(labels), self.num_classes, dtype="float32")
        beside = ops.concatenate([ops.cast(codes, "float32"), told], axis=-1)
        return super().discriminate(beside, labels, training)

    def generate(self, latents: Any, labels: Any = None, training: bool = False) -> Any:
        """Images of latents, moved to the parts of the prior of labels (n,) if there are any."""
        if labels is not None:
            latents = self.prior.with_category(latents, self._labels(labels))
        return super().generate(latents, training=training)

    def sampling_inputs(self, latents: np.ndarray, labels: Any) -> tuple[np.ndarray, ...]:
        """Latents, moved to the parts of the prior of the labels if there are any."""
        if labels is None:
            return (latents,)
        return (np.asarray(self.prior.with_category(latents, checked_labels(labels, self.num_classes))),)

    def serving_signatures(self) -> dict[str, Signature]:
        """Those of every autoencoder, and `generate_labels`, which draws from the parts of given classes."""
        signatures = super().serving_signatures()
        latents, _ = signatures["serving_default"].inputs
        return {**signatures, "serving_default": Signature(self.generate, (latents,), "images")}
