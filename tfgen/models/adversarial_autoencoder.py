"""The adversarial autoencoder."""

from typing import Any

import keras
from keras import ops

from tfgen.losses.adversarial import minimax_discriminator_loss, non_saturating_generator_loss
from tfgen.losses.reconstruction import ReconstructionLoss, SquaredError
from tfgen.models import MODELS
from tfgen.models.autoencoder_model import AutoencoderModel, check_code_length
from tfgen.models.several_optimizers import SeveralOptimizers
from tfgen.priors.noise import Prior, prior_of_codes


@MODELS.register("adversarial_autoencoder")
@keras.saving.register_keras_serializable(package="tfgen")
class AdversarialAutoencoder(SeveralOptimizers, AutoencoderModel):
    """Adversarial autoencoder (Makhzani et al. 2015, arXiv 1511.05644): a GAN makes the codes follow the prior.

    Each step has the paper's two phases on one batch. Reconstruction: encoder and decoder learn to give the images
    back. Regularisation: a discriminator learns to tell draws of the prior from codes, then the encoder to fool it.
    The encoder is the deterministic one of the paper.

    Logged: `reconstruction_loss`, `discriminator_loss`, `encoder_loss` (the encoder's of the second phase),
    `prior_score` and `code_score`, the discriminator's logits for draws and for codes, and the norms of the three
    updates' gradients, `autoencoder_gradient_norm`, `encoder_gradient_norm` and `discriminator_gradient_norm`. What
    plays the GAN are codes, so its names say which, where a GAN of images has generator_loss, real_score, fake_score.

    Args:
        encoder: Network images -> codes (n, latent_dim).
        decoder: Network codes -> images (n, height, width, channels) in [-1, 1].
        discriminator: Network codes, as images (n, 1, 1, latent_dim) -> (n, 1), a logit: high is a draw of the prior.
        reconstruction_loss: Squared error, averaged over pixels, if not given.
        prior: What codes are to follow, and samples are decoded from; `Normal` if not given.
        kwargs: As for `AutoencoderModel`.

    Raises:
        ValueError: If the networks do not fit each other, or the prior has no draws of the codes' length.
    """

    label_dim: int = 0
    """How many numbers the discriminator is given beside those of a code."""

    log_names = (
        "reconstruction_loss",
        "discriminator_loss",
        "encoder_loss",
        "prior_score",
        "code_score",
        "autoencoder_gradient_norm",
        "encoder_gradient_norm",
        "discriminator_gradient_norm",
    )

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        discriminator: keras.Model,
        reconstruction_loss: ReconstructionLoss | None = None,
        *,
        prior: Prior | None = None,
        **kwargs: Any,
    ):
        check_code_length(encoder, decoder)
        super().__init__(encoder, decoder, reconstruction_loss or SquaredError(), **kwargs)
        self.prior = prior_of_codes(prior, self.latent_dim)
        judged = (1, 1, self.latent_dim + self.label_dim)
        if discriminator.input_shape[1:] != judged:
            raise ValueError(
                f"the discriminator takes inputs of shape {discriminator.input_shape[1:]}; that of "
                f"{type(self).__name__} takes {judged}"
            )
        self.discriminator = discriminator

    @classmethod
    def network_arguments(cls, image_shape: tuple[int, int, int], latent_dim: int) -> dict[str, dict[str, Any]]:  # noqa: D102
        arguments = super().network_arguments(image_shape, latent_dim)
        return {**arguments, "discriminator": {"image_shape": (1, 1, latent_dim)}}

    def player_variables(self) -> dict[str, list[keras.Variable]]:  # noqa: D102
        encoder = self.encoder.trainable_variables
        return {
            "autoencoder": [*encoder, *self.decoder.trainable_variables],
            "encoder": encoder,
            "discriminator": self.discriminator.trainable_variables,
        }

    def compile(
        self,
        autoencoder_optimizer: keras.optimizers.Optimizer | str,
        encoder_optimizer: keras.optimizers.Optimizer | str,
        discriminator_optimizer: keras.optimizers.Optimizer | str,
        **kwargs: Any,
    ) -> None:
        """Sets the optimizers of the first phase, of the encoder in the second, and of the discriminator.

        The first is also `model.optimizer`, which is the one that Keras' callbacks know. Its averages of weights
        (`use_ema`) are of encoder and decoder as they are after a step's reconstruction and before its regularisation;
        averages that the second keeps take their place in the encoder. `kwargs` are Keras' own (`jit_compile`,
        `steps_per_execution`, ...).
        """
        optimizers = {
            "autoencoder": autoencoder_optimizer,
            "encoder": encoder_optimizer,
            "discriminator": discriminator_optimizer,
        }
        self.compile_players(optimizers, **kwargs)

    def train_step(self, data: Any) -> dict[str, Any]:
        """One update of encoder and decoder, one of the discriminator, one of the encoder (section 2 of the paper)."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        self.record(self.minimize("autoencoder", lambda: self.reconstruction_objective(images, training=True)).logs)
        codes = self.encode(images, training=True)
        draws = self.draws(ops.shape(images)[0], self.noise_seed(), labels)
        objective = lambda: self.discriminator_objective(draws, codes, labels, training=True)  # noqa: E731
        self.record(self.minimize("discriminator", objective).logs)
        self.record(self.minimize("encoder", lambda: self.encoder_objective(images, labels, training=True)).logs)
        return self.logs()

    def test_step(self, data: Any) -> dict[str, Any]:
        """The losses on a batch, with all networks as they are at inference, nothing updated."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        draws = self.draws(ops.shape(images)[0], self.noise_seed(training=False), labels)
        self.record(self.reconstruction_objective(images, training=False)[1])
        self.record(self.discriminator_objective(draws, self.encode(images), labels, training=False)[1])
        self.record(self.encoder_objective(images, labels, training=False)[1])
        return self.logs()

    def draws(self, n: Any, seed: Any, labels: Any = None) -> Any:
        """What the codes of `n` images of a batch are to look like, float32 (n, latent_dim): draws of the prior."""
        return self.latents(n, seed)

    def discriminate(self, codes: Any, labels: Any = None, training: bool = True) -> Any:
        """The discriminator's logits (n, 1) for codes (n, latent_dim), drawn or encoded."""
        return self.discriminator(codes[:, None, None, :], training=training)

    def reconstruction_objective(self, images: Any, training: bool) -> tuple[Any, dict[str, Any]]:
        """The scalar that encoder and decoder minimise, and what to log."""
        outputs = self.decoder(self.encode(images, training), training=training)
        loss = ops.mean(self.reconstruction_loss(images, outputs))
        return loss, {"reconstruction_loss": loss}

    def discriminator_objective(
        self, draws: Any, codes: Any, labels: Any, training: bool
    ) -> tuple[Any, dict[str, Any]]:
        """The scalar that the discriminator minimises, and what to log."""
        drawn = self.discriminate(draws, labels, training)
        encoded = self.discriminate(codes, labels, training)
        loss = minimax_discriminator_loss(drawn, encoded)
        return loss, {"discriminator_loss": loss, "prior_score": drawn, "code_score": encoded}

    def encoder_objective(self, images: Any, labels: Any, training: bool) -> tuple[Any, dict[str, Any]]:
        """The scalar that the encoder minimises to fool the discriminator, and what to log."""
        loss = non_saturating_generator_loss(self.discriminate(self.encode(images, training), labels, training))
        return loss, {"encoder_loss": loss}

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {
            **super().get_config(),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "prior": keras.saving.serialize_keras_object(self.prior),
        }
