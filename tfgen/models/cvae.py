"""The conditional variational autoencoder."""

from dataclasses import replace
from typing import Any

import keras
from keras import ops

from tfgen.losses.divergence import gaussian_kl
from tfgen.models import MODELS
from tfgen.models.image_model import Signature, check_input
from tfgen.models.labelled_model import LabelledModel
from tfgen.models.vae import VAE


@MODELS.register("cvae")
@keras.saving.register_keras_serializable(package="tfgen")
class CVAE(LabelledModel, VAE):
    """Conditional VAE: encoder and decoder are told the label (Sohn, Lee and Yan 2015, NeurIPS).

    The bound of a VAE on log p(x|y) in place of log p(x): posterior q(z|x, y), likelihood p(x|z, y). The prior is
    N(0, I) whatever the label, the paper's relaxation of its prior p(z|y), so that a code has nothing to tell that the
    label tells already, and one code decoded with each label is one style in each class.

    Everything that a VAE computes of images takes their labels too.

    Args:
        encoder: Network [images, labels (n,)] -> (n, 2 x latent_dim), as for `VAE`; `conditional.encoder` makes one of
            any encoder.
        decoder: Network [codes, labels] -> parameters of the likelihood; `conditional.decoder` makes one of any.
        num_classes: How many classes there are.
        arguments: Those of `VAE`.

    Raises:
        ValueError: As `LabelledModel` and `VAE` do.
    """

    networks_take = {"encoder": ("images", "labels"), "decoder": ("codes", "labels")}

    @classmethod
    def network_arguments(  # noqa: D102
        cls, image_shape: tuple[int, int, int], latent_dim: int, num_classes: int
    ) -> dict[str, dict[str, Any]]:
        arguments = super().network_arguments(image_shape, latent_dim)
        return {role: {**shapes, "num_classes": num_classes} for role, shapes in arguments.items()}

    def objective_inputs(self, images: Any, labels: Any) -> tuple[Any, ...]:
        """Images and their labels (n,), integers."""
        return images, self._labels(labels)

    def posterior(self, images: Any, labels: Any, training: bool = False) -> tuple[Any, Any]:
        """Mean and log-variance, (n, latent_dim) each, of q(z|x, y)."""
        check_input(self._images, images)
        # Keras mixes no arrays with tensors.
        outputs = self.encoder([ops.convert_to_tensor(images), self._labels(labels)], training=training)
        mean, log_variance = ops.split(outputs, 2, axis=-1)
        return mean, log_variance

    def encode(self, images: Any, labels: Any, training: bool = False) -> Any:
        """The posterior's mean (n, latent_dim) of images and their labels (n,)."""
        return self.posterior(images, labels, training)[0]

    def decode(self, codes: Any, labels: Any, training: bool = False) -> Any:
        """Images (n, height, width, channels) in [-1, 1] of codes (n, latent_dim) and labels (n,)."""
        check_input(self._codes, codes)
        return self.likelihood.to_images(self._decoded(codes, labels, training))

    def reconstruct(self, images: Any, labels: Any) -> Any:
        """Each image as it comes back from its code and its label."""
        return self.decode(self.encode(images, labels), labels)

    def reconstruction_error(self, images: Any, labels: Any) -> Any:
        """Negative log-likelihood of each image at its posterior's mean, (n,), in nats."""
        return self.likelihood(images, self._decoded(self.encode(images, labels), labels, training=False))

    def anomaly_score(self, images: Any, labels: Any) -> Any:
        """-log p(x|y, z) at the posterior's mean plus its divergence, (n,), in nats: no bound, but without noise."""
        mean, log_variance = self.posterior(images, labels)
        error = self.likelihood(images, self._decoded(mean, labels, training=False))
        return error + gaussian_kl(mean, log_variance)

    def generate(self, latents: Any, labels: Any = None, training: bool = False) -> Any:
        """Images of latents and labels, as `decode`."""
        return self.decode(latents, labels, training=training)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Reconstructions of [images, labels]."""
        images, labels = inputs
        return self.decode(self.encode(images, labels, training=training), labels, training=training)

    def objective(self, images: Any, labels: Any, training: bool) -> tuple[Any, dict[str, Any]]:
        """The scalar that training minimises on images and their labels (n,), and what to log."""
        decode = lambda codes: self._decoded(codes, labels, training)  # noqa: E731
        return self._negative_bound(images, self.posterior(images, labels, training), decode, training)

    def serving_signatures(self) -> dict[str, Signature]:
        """Those of every VAE and of every `LabelledModel`, with labels beside the images and codes."""
        signatures = super().serving_signatures()
        for name in ("encode", "decode", "reconstruct", "anomaly_score"):
            signatures[name] = replace(signatures[name], inputs=(*signatures[name].inputs, self._label_spec))
        return signatures

    def _decoded(self, codes: Any, labels: Any, training: bool) -> Any:
        return self.decoder([ops.convert_to_tensor(codes), self._labels(labels)], training=training)
