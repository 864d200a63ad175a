"""The VAE whose images are compared by a discriminator."""

from typing import Any

import keras
from keras import ops

from tfgen.losses.adversarial import (
    minimax_discriminator_loss,
    minimax_generator_loss,
    non_saturating_generator_loss,
)
from tfgen.losses.divergence import gaussian_kl
from tfgen.losses.likelihoods import Gaussian
from tfgen.models import MODELS
from tfgen.models.constants import check_not_negative
from tfgen.models.discriminator_features import DiscriminatorFeatures
from tfgen.models.several_optimizers import SeveralOptimizers
from tfgen.models.variational_model import VariationalModel


@MODELS.register("vae_gan")
@keras.saving.register_keras_serializable(package="tfgen")
class VAEGAN(DiscriminatorFeatures, SeveralOptimizers, VariationalModel):
    """VAE/GAN: a VAE that compares images by a discriminator's features (Larsen et al. 2016, arXiv 1512.09300).

    A Gaussian of standard deviation 1 on the features of an image takes the place of a likelihood of its pixels, and a
    GAN is played beside it by the decoder, on reconstructions and on samples of the prior. The paper's features are the
    discriminator's l-th layer, its authors' code has what the fourth convolution gives; ours are what the last layer
    reads, which every discriminator has. Images and reconstructions pass the discriminator as one batch to be compared:
    batch normalisation of each alone would take away by what they differ as a whole. The GAN's images pass it apart.

    Algorithm 1 of the paper, in which each player goes down

    - encoder: the KL divergence to the prior N(0, I) plus the features' error;
    - decoder: similarity_weight x the features' error plus the generator's loss, here the non-saturating one;
    - discriminator: the GAN's loss on real images, reconstructions and samples, and never the features' error.

    The updates are done one after the other, in this order, on the same posterior and prior noise.

    Logged, in nats per image: `kl_loss`, `reconstruction_loss` (the features' error, before the encoder's update),
    `generator_loss` (the decoder's in the GAN, a sum over the two kinds of images) and `discriminator_loss`; the
    discriminator's logits `real_score`, `reconstruction_score` and `fake_score` (for samples); and the norm of each
    player's gradient, `encoder_gradient_norm`, `decoder_gradient_norm` and `discriminator_gradient_norm`.

    Args:
        encoder: Network images -> (n, 2 x latent_dim): the posterior's mean, then its log-variance.
        decoder: Network codes -> images (n, height, width, channels) in [-1, 1], the GAN's generator.
        discriminator: Network images -> (n, 1), a logit, with features as its layer `logits` takes them.
        similarity_weight: gamma, which has to balance a sum over the features with a loss of one number; 0.01 is ours,
            for a few thousand features. The authors' code weights the error by w and the GAN by 1 - w, so that gamma is
            w / (1 - w), with w = 0.00005, and 0.00001 for faces.
        kwargs: As for `AutoencoderModel`.

    Raises:
        ValueError: If the networks do not fit each other, the discriminator has no layer `logits` that reads a vector,
            or the weight is negative or not finite.
    """

    log_names = (
        "kl_loss",
        "reconstruction_loss",
        "generator_loss",
        "discriminator_loss",
        "real_score",
        "reconstruction_score",
        "fake_score",
        "encoder_gradient_norm",
        "decoder_gradient_norm",
        "discriminator_gradient_norm",
    )

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        discriminator: keras.Model,
        *,
        similarity_weight: float = 0.01,
        **kwargs: Any,
    ):
        check_not_negative(similarity_weight=similarity_weight)
        if decoder.output_shape != discriminator.input_shape:
            raise ValueError(
                f"the decoder makes images of shape {decoder.output_shape[1:]} and the discriminator takes "
                f"{discriminator.input_shape[1:]}; the two have to be equal"
            )
        super().__init__(encoder, decoder, Gaussian(), **kwargs)
        self.discriminator = discriminator
        self.similarity_weight = float(similarity_weight)
        if len(shape := self.discriminator_with_features.outputs[1].shape) != 2:
            raise ValueError(
                f"the discriminator's features have shape {shape[1:]}; a VAEGAN compares vectors, so give it one whose "
                "layer logits reads a vector"
            )

    @classmethod
    def network_arguments(cls, image_shape: tuple[int, int, int], latent_dim: int) -> dict[str, dict[str, Any]]:  # noqa: D102
        arguments = super().network_arguments(image_shape, latent_dim)
        return {**arguments, "discriminator": {"image_shape": image_shape}}

    def player_variables(self) -> dict[str, list[keras.Variable]]:  # noqa: D102
        return {role: getattr(self, role).trainable_variables for role in ("encoder", "decoder", "discriminator")}

    def compile(
        self,
        encoder_optimizer: keras.optimizers.Optimizer | str,
        decoder_optimizer: keras.optimizers.Optimizer | str,
        discriminator_optimizer: keras.optimizers.Optimizer | str,
        **kwargs: Any,
    ) -> None:
        """Sets the three optimizers; `kwargs` are Keras' own (`jit_compile`, `steps_per_execution`, ...).

        The encoder's is also `model.optimizer`, which is the one that Keras' callbacks know.
        """
        optimizers = {
            "encoder": encoder_optimizer,
            "decoder": decoder_optimizer,
            "discriminator": discriminator_optimizer,
        }
        self.compile_players(optimizers, **kwargs)

    def train_step(self, data: Any) -> dict[str, Any]:
        """One update of the encoder, one of the decoder, one of the discriminator (algorithm 1 of the paper)."""
        images, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        seed = self.noise_seed()
        latents = self.latents(ops.shape(images)[0], self.noise_seed())
        self.record(self.minimize("encoder", lambda: self.encoder_objective(images, seed)).logs)
        codes = self.draw_codes(self.posterior(images, training=True), seed)
        self.record(self.minimize("decoder", lambda: self.decoder_objective(images, codes, latents)).logs)
        fakes = [self.decoder(each, training=True) for each in (codes, latents)]
        self.record(self.minimize("discriminator", lambda: self.discriminator_objective(images, *fakes)).logs)
        return self.logs()

    def test_step(self, data: Any) -> dict[str, Any]:
        """The losses on a batch, with all networks as they are at inference, nothing updated."""
        images, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        seed = self.noise_seed(training=False)
        codes = self.draw_codes(self.posterior(images), seed)
        latents = self.latents(ops.shape(images)[0], self.noise_seed(training=False, draw=1))
        fakes = [self.decoder(each, training=False) for each in (codes, latents)]
        self.record(self.encoder_objective(images, seed, training=False)[1])
        self.record(self.decoder_objective(images, codes, latents, training=False)[1])
        self.record(self.discriminator_objective(images, *fakes, training=False)[1])
        return self.logs()

    def encoder_objective(self, images: Any, seed: Any, training: bool = True) -> tuple[Any, dict[str, Any]]:
        """The scalar that the encoder minimises, and what to log; `seed` is that of the posterior's noise."""
        posterior = self.posterior(images, training)
        reconstructions = self.decoder(self.draw_codes(posterior, seed), training=training)
        error = self.features_error(images, reconstructions, training)
        kl = gaussian_kl(*posterior)
        return ops.mean(kl + error), {"kl_loss": kl, "reconstruction_loss": error}

    def decoder_objective(
        self, images: Any, codes: Any, latents: Any, training: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        """The scalar that the decoder minimises on images, draws of their codes, and latents, and what to log."""
        reconstructions, samples = (self.decoder(each, training=training) for each in (codes, latents))
        error = ops.mean(self.features_error(images, reconstructions, training))
        loss = sum(
            non_saturating_generator_loss(self.discriminator(each, training=training))
            for each in (reconstructions, samples)
        )
        return loss + self.similarity_weight * error, {"generator_loss": loss}

    def discriminator_objective(
        self, images: Any, reconstructions: Any, samples: Any, training: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        """The scalar that the discriminator minimises, and what to log."""
        real, reconstructed, sampled = (
            self.discriminator(each, training=training) for each in (images, reconstructions, samples)
        )
        # -E log D(x) - E log(1 - D(reconstruction)) - E log(1 - D(sample)), each expectation once.
        loss = minimax_discriminator_loss(real, reconstructed) - minimax_generator_loss(sampled)
        scores = {"real_score": real, "reconstruction_score": reconstructed, "fake_score": sampled}
        return loss, {"discriminator_loss": loss, **scores}

    def features_error(self, images: Any, reconstructions: Any, training: bool = False) -> Any:
        """-log N(features of the image; features of its reconstruction, I), (n,), in nats."""
        both = ops.concatenate([ops.cast(each, "float32") for each in (images, reconstructions)])
        _, features = self.discriminator_with_features(both, training=training)
        # As images of one pixel, which is what likelihoods are of.
        return self.reconstruction_loss(*ops.split(features[:, None, None, :], 2))

    def reconstruction_error(self, images: Any) -> Any:
        """The features' error of each image, (n,), in nats, at the posterior's mean."""
        return self.features_error(images, self.reconstruct(images))

    def anomaly_score(self, images: Any) -> Any:
        """The features' error plus the KL divergence of each image, (n,), in nats, at the posterior's mean."""
        return self.reconstruction_error(images) + gaussian_kl(*self.posterior(images))

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        config = super().get_config()
        del config["reconstruction_loss"]
        return {
            **config,
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "similarity_weight": self.similarity_weight,
        }
