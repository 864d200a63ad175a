"""Generative adversarial networks: the alternation of steps, and the non-saturating loss."""

from collections.abc import Iterator
from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.losses.adversarial import minimax_discriminator_loss, non_saturating_generator_loss
from tfgen.models import MODELS
from tfgen.models.generative_model import GenerativeModel
from tfgen.priors.noise import Normal, Prior


@MODELS.register("gan")
@keras.saving.register_keras_serializable(package="tfgen")
class GAN(GenerativeModel):
    """Non-saturating GAN (Goodfellow et al. 2014, arXiv 1406.2661).

    A training step is `discriminator_steps` updates of the discriminator, each on its own images and its own noise, and
    one of the generator. A batch that `fit` gets is split into that many parts, so it holds
    `discriminator_steps` times the images that one update sees. Real and generated images pass the discriminator apart,
    so batch normalisation never mixes them.

    A variant overrides the hook that its paper changed: what the networks are asked (`generate`, `discriminate`,
    `fake_images`), the losses (`discriminator_loss`, `generator_loss`), what is added to them
    (`discriminator_penalty`), what is done to the weights afterwards (`constrain_discriminator`), or a whole objective
    (`discriminator_objective`, `generator_objective`) where a loss needs more than the discriminator's outputs.

    Args:
        generator: Network (n, latent_dim) -> images (n, height, width, channels) in [-1, 1]; latents are the first
            input if a variant gives it more.
        discriminator: Network images -> (n, 1), a logit: high is real; images are the first input likewise.
        discriminator_steps: k of the paper, updates of the discriminator for each of the generator.
        prior: What the noise is drawn from; standard normal if not given.
        seed: Seed of the noise that training draws.
        name: Keras' name of the model.

    Raises:
        ValueError: If the generator's images are not what the discriminator takes, or discriminator_steps is under 1.
    """

    log_names = ("discriminator_loss", "generator_loss", "real_score", "fake_score")

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        discriminator_steps: int = 1,
        prior: Prior | None = None,
        seed: int = 0,
        name: str | None = None,
    ):
        latents, images = generator.inputs[0].shape, discriminator.inputs[0].shape
        if generator.output_shape != images:
            raise ValueError(
                f"the generator makes images of shape {generator.output_shape[1:]} and the discriminator takes "
                f"{images[1:]}; the two have to be equal"
            )
        if discriminator_steps < 1:
            raise ValueError(f"discriminator_steps is {discriminator_steps}; it is 1 or more")
        super().__init__(latents[-1], images[1:], seed=seed, name=name)
        # First, since Keras ends a fit by writing its optimizer's averages over the model's first variables.
        self.generator = generator
        self.discriminator = discriminator
        self.discriminator_steps = discriminator_steps
        self.prior = prior or Normal()

    @classmethod
    def network_arguments(cls, image_shape: tuple[int, int, int], latent_dim: int) -> dict[str, dict[str, Any]]:  # noqa: D102
        return {
            "generator": {"image_shape": image_shape, "latent_dim": latent_dim},
            "discriminator": {"image_shape": image_shape},
        }

    def compile(
        self,
        generator_optimizer: keras.optimizers.Optimizer | str,
        discriminator_optimizer: keras.optimizers.Optimizer | str,
        **kwargs: Any,
    ) -> None:
        """Sets the two optimizers; `kwargs` are Keras' own (`jit_compile`, `steps_per_execution`, ...).

        The generator's is also `model.optimizer`, which is the one that Keras' callbacks know.
        """
        self.discriminator_optimizer = keras.optimizers.get(discriminator_optimizer)
        super().compile(optimizer=generator_optimizer, **kwargs)

    @property
    def generator_optimizer(self) -> keras.optimizers.Optimizer:
        """The generator's optimizer, `model.optimizer` to Keras."""
        return self.optimizer

    @property
    def batches_per_step(self) -> int:
        """k: each update of the discriminator sees a batch of its own."""
        return self.discriminator_steps

    def optimized_variables(self) -> list[tuple[keras.optimizers.Optimizer, list[keras.Variable]]]:
        """The generator's optimizer, then the discriminator's, each with the variables that its step updates."""
        return [
            (self.generator_optimizer, self.generator.trainable_variables),
            (self.discriminator_optimizer, self.discriminator.trainable_variables),
        ]

    def train_step(self, data: Any) -> dict[str, Any]:
        """k updates of the discriminator, one of the generator (algorithm 1 of the paper)."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        for part_images, part_labels in self._parts(images, labels):
            self.record(self.discriminator_step(part_images, part_labels))
        self.record(self.generator_step(part_images, part_labels))
        return self.logs()

    def discriminator_step(self, images: Any, labels: Any = None) -> dict[str, Any]:
        """One update of the discriminator on real images and as many generated ones; returns what to log."""
        fakes = self.fake_images(ops.shape(images)[0], labels)
        optimizer, variables = self.optimized_variables()[1]
        logs = backend.minimize(lambda: self.discriminator_objective(images, fakes, labels), variables, optimizer)
        self.constrain_discriminator()
        return logs

    def generator_step(self, images: Any, labels: Any = None) -> dict[str, Any]:
        """One update of the generator on fresh noise, as many images as there are real ones; returns what to log."""
        latents = self.latents(ops.shape(images)[0], self.noise_seed())
        optimizer, variables = self.optimized_variables()[0]
        return backend.minimize(lambda: self.generator_objective(latents, images, labels), variables, optimizer)

    def generate(self, latents: Any, labels: Any = None, training: bool = False) -> Any:
        """Images of latents; a conditional GAN gives its labels to the generator here."""
        return self.generator(latents, training=training)

    def discriminate(self, images: Any, labels: Any = None, training: bool = True) -> Any:
        """The discriminator's outputs for images, (n, 1) logits; instance noise and augmentation go in here."""
        return self.discriminator(images, training=training)

    def fake_images(self, n: Any, labels: Any = None) -> Any:
        """The generated images that a discriminator step sees; a replay of old ones mixes them in here."""
        return self.generate(self.latents(n, self.noise_seed()), labels, training=True)

    def discriminator_objective(
        self, images: Any, fakes: Any, labels: Any = None, training: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        """The scalar that the discriminator minimises, and what to log."""
        real_outputs = self.discriminate(images, labels, training)
        fake_outputs = self.discriminate(fakes, labels, training)
        loss = self.discriminator_loss(real_outputs, fake_outputs)
        logs = {"discriminator_loss": loss, "real_score": real_outputs, "fake_score": fake_outputs}
        penalty = self.discriminator_penalty(images, fakes, labels, training)
        if penalty is not None:
            loss = loss + penalty
            logs["discriminator_penalty"] = penalty
        return loss, logs

    def generator_objective(
        self, latents: Any, images: Any, labels: Any = None, training: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        """The scalar that the generator minimises, and what to log; `images` are real ones, for losses that compare."""
        fakes = self.generate(latents, labels, training)
        loss = self.generator_loss(self.discriminate(fakes, labels, training))
        return loss, {"generator_loss": loss}

    def discriminator_loss(self, real_outputs: Any, fake_outputs: Any) -> Any:
        """The discriminator's loss, a scalar, from its outputs for real and generated images."""
        return minimax_discriminator_loss(real_outputs, fake_outputs)

    def generator_loss(self, fake_outputs: Any) -> Any:
        """The generator's loss, a scalar, from the discriminator's outputs for its images."""
        return non_saturating_generator_loss(fake_outputs)

    def discriminator_penalty(self, images: Any, fakes: Any, labels: Any = None, training: bool = True) -> Any:
        """What is added to the discriminator's loss, a scalar, logged as `discriminator_penalty`; None for nothing."""
        return None

    def constrain_discriminator(self) -> None:
        """What is done to the discriminator's weights after each of its updates; weight clipping goes in here."""

    def test_step(self, data: Any) -> dict[str, Any]:
        """The losses on a batch, with both networks as they are at inference, nothing updated."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        latents = self.latents(ops.shape(images)[0], self.noise_seed(training=False))
        fakes = self.generate(latents, labels)
        self.record(self.discriminator_objective(images, fakes, labels, training=False)[1])
        self.record(self.generator_objective(latents, images, labels, training=False)[1])
        return self.logs()

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {
            **super().get_config(),
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "discriminator_steps": self.discriminator_steps,
            "prior": keras.saving.serialize_keras_object(self.prior),
        }

    def get_compile_config(self) -> dict[str, Any]:
        """The arguments of `compile`, serialised, for Keras' `.keras` files; none before it was called."""
        config = super().get_compile_config()
        if config:
            config["generator_optimizer"] = config.pop("optimizer")
            config["discriminator_optimizer"] = keras.saving.serialize_keras_object(self.discriminator_optimizer)
        return config

    def _parts(self, images: Any, labels: Any) -> Iterator[tuple[Any, Any]]:
        k = self.discriminator_steps
        batch = images.shape[0]
        if batch is not None and batch % k:
            raise ValueError(
                f"a batch of {batch} images does not split into discriminator_steps = {k} equal parts; "
                f"use a batch size that is a multiple of {k}"
            )
        # Of a last batch whose size no graph knows beforehand, what does not fill the parts is left out.
        size = ops.shape(images)[0] // k
        for start in (index * size for index in range(k)):
            yield images[start : start + size], None if labels is None else labels[start : start + size]
