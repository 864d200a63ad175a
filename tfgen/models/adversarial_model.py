"""What every method with a generator and a discriminator does: the alternation of their steps."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.models.discriminator_features import DiscriminatorFeatures
from tfgen.models.generative_model import GenerativeModel
from tfgen.models.several_optimizers import SeveralOptimizers
from tfgen.priors.noise import Normal, Prior
from tfgen.techniques.technique import Player, Technique


class AdversarialModel(DiscriminatorFeatures, SeveralOptimizers, GenerativeModel):
    """A generator and a discriminator that train against each other (Goodfellow et al. 2014, arXiv 1406.2661).

    A training step is `discriminator_steps` updates of the discriminator, each on its own images and its own noise, and
    one of the generator. A batch that `fit` gets is split into that many parts, so it holds
    `discriminator_steps` times the images that one update sees. Real and generated images pass the discriminator apart,
    so batch normalisation never mixes them. On several replicas every batch has to split into equal shares of as many
    parts, as the full ones of `tfgen.data.batches` do.

    In a graph that XLA does not compile, `discriminator_step` is a function of its own, traced once for all its calls:
    what it computes it returns or assigns to variables, and never keeps as a tensor for `generator_step`.

    A method is a subclass that overrides the hook that its paper changed: what the networks are asked (`generate`,
    `discriminate`), the losses (`discriminator_loss`, `generator_loss`), what is added to them
    (`discriminator_penalty`), what is done to the weights afterwards (`constrain_discriminator`), or a whole objective
    (`discriminator_objective`, `generator_objective`) where a loss needs more than the discriminator's outputs.

    Args:
        generator: Network (n, latent_dim) -> images (n, height, width, channels) in [-1, 1]; latents are the first
            input if a method gives it more.
        discriminator: Network images -> (n, 1), high for what is real; images are the first input likewise.
        discriminator_steps: k of the paper, updates of the discriminator for each of the generator.
        prior: What the noise is drawn from; standard normal if not given.
        techniques: Training advice that is added to the method, in this order.
        seed: Seed of the noise that training draws.
        name: Keras' name of the model.

    Raises:
        ValueError: If the generator's images are not what the discriminator takes, discriminator_steps is under 1, or a
            technique belongs to another model already.
    """

    log_names = (
        "discriminator_loss",
        "generator_loss",
        "real_score",
        "fake_score",
        "discriminator_gradient_norm",
        "generator_gradient_norm",
    )

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        discriminator_steps: int = 1,
        prior: Prior | None = None,
        techniques: Sequence[Technique] = (),
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
        self.log_names = (*type(self).log_names, *(log for technique in techniques for log in technique.log_names))
        super().__init__(latents[-1], images[1:], seed=seed, name=name)
        # First, since Keras ends a fit by writing its optimizer's averages over the model's first variables.
        self.generator = generator
        self.discriminator = discriminator
        self.discriminator_steps = discriminator_steps
        self.prior = prior or Normal()
        self.techniques = list(techniques)

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
        self.compile_players({"generator": generator_optimizer, "discriminator": discriminator_optimizer}, **kwargs)
        for technique in self.techniques:
            technique.attach(self)

    @property
    def generator_optimizer(self) -> keras.optimizers.Optimizer:
        """The generator's optimizer, `model.optimizer` to Keras."""
        return self.optimizer

    @property
    def trained_steps(self) -> int:
        """The number of steps that the model has seen, with those in which its generator rested.

        Under `mixed_float16` without those that the optimizer skipped because their gradients overflowed.
        """
        # Each technique counts the steps in which all together had the generator rest.
        return super().trained_steps + max((technique.generator_rests for technique in self.techniques), default=0)

    @property
    def batches_per_step(self) -> int:
        """k: each update of the discriminator sees a batch of its own."""
        return self.discriminator_steps

    def generator_variables(self) -> list[keras.Variable]:
        """What a generator step updates."""
        return self.generator.trainable_variables

    def discriminator_variables(self) -> list[keras.Variable]:
        """What a discriminator step updates."""
        return self.discriminator.trainable_variables

    def player_variables(self) -> dict[str, list[keras.Variable]]:
        """The variables of the generator, then the discriminator's."""
        return {"generator": self.generator_variables(), "discriminator": self.discriminator_variables()}

    def train_step(self, data: Any) -> dict[str, Any]:
        """k updates of the discriminator, one of the generator (algorithm 1 of the paper)."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        step = self.discriminator_step
        # XLA compiles each call anew, so that nothing would be won.
        if self.discriminator_steps > 1 and not self.jit_compile:
            step = backend.traced_once(step)
        for part_images, part_labels in self._parts(images, labels):
            self.record(step(part_images, part_labels))
        self.record(self.generator_step(part_images, part_labels))
        return self.logs()

    def discriminator_step(self, images: Any, labels: Any = None) -> dict[str, Any]:
        """One update of the discriminator on real images and as many generated ones; returns what to log."""
        latents = self.latents(ops.shape(images)[0], self.noise_seed())
        fakes, fake_labels = self.generate(latents, labels, training=True), self.fake_labels(latents, labels)
        for technique in self.techniques:
            fakes, fake_labels = technique.fakes(fakes, fake_labels, self.noise_seed())
        return self._update("discriminator", lambda: self.discriminator_objective(images, fakes, labels, fake_labels))

    def generator_step(self, images: Any, labels: Any = None) -> dict[str, Any]:
        """One update of the generator on fresh noise, as many images as there are real ones; returns what to log."""
        latents = self.latents(ops.shape(images)[0], self.noise_seed())
        return self._update("generator", lambda: self.generator_objective(latents, images, labels))

    def generate(self, latents: Any, labels: Any = None, training: bool = False) -> Any:
        """Images of latents; a conditional method gives its labels to the generator here."""
        return self.generator(latents, training=training)

    def discriminate(self, images: Any, labels: Any = None, training: bool = True) -> Any:
        """The discriminator's outputs (n, 1) for images: logits, unless the method says otherwise."""
        return self.discriminator(self.discriminator_inputs(images, labels, training), training=training)

    def discriminator_inputs(self, images: Any, labels: Any = None, training: bool = True) -> Any:
        """What the discriminator is given of images, real or generated; a conditional method adds their labels here."""
        return self.shown(images, training)

    def fake_labels(self, latents: Any, labels: Any = None) -> Any:
        """What the discriminator's objective gets beside images generated from latents; their labels, or None."""
        return labels

    def shown(self, images: Any, training: bool) -> Any:
        """What the discriminator is shown of images: in training, what the techniques make of them."""
        for technique in self.techniques if training else ():
            images = technique.shown(images, self.noise_seed())
        return images

    def discriminator_objective(
        self, images: Any, fakes: Any, labels: Any = None, fake_labels: Any = None, training: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        """The scalar that the discriminator minimises, and what to log."""
        real_outputs = self.discriminate(images, labels, training)
        fake_outputs = self.discriminate(fakes, fake_labels, training)
        loss = self.discriminator_loss(real_outputs, fake_outputs)
        logs = {"discriminator_loss": loss, "real_score": real_outputs, "fake_score": fake_outputs}
        return self._penalised(loss, logs, images, fakes, labels, training)

    def generator_objective(
        self, latents: Any, images: Any, labels: Any = None, training: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        """The scalar that the generator minimises, and what to log; `images` are real ones, for losses that compare."""
        fakes = self.generate(latents, labels, training)
        loss = self.generator_loss(self.discriminate(fakes, labels, training))
        return loss, {"generator_loss": loss}

    def discriminator_loss(self, real_outputs: Any, fake_outputs: Any) -> Any:
        """The discriminator's loss, a scalar, from its outputs for real and generated images."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its discriminator minimises")

    def generator_loss(self, fake_outputs: Any) -> Any:
        """The generator's loss, a scalar, from the discriminator's outputs for its images."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its generator minimises")

    def discriminator_penalty(self, images: Any, fakes: Any, labels: Any = None, training: bool = True) -> Any:
        """What is added to the discriminator's loss, a scalar, logged as `discriminator_penalty`; None for nothing.

        A slope that `discriminate` is asked for is that of all it does, with the techniques' changes of its images.
        """
        return None

    def constrain_discriminator(self) -> None:
        """What is done to the discriminator's weights after each of its updates; weight clipping goes in here."""

    def test_step(self, data: Any) -> dict[str, Any]:
        """The losses on a batch, with both networks as they are at inference, nothing updated."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        latents = self.latents(ops.shape(images)[0], self.noise_seed(training=False))
        fakes = self.generate(latents, labels)
        fake_labels = self.fake_labels(latents, labels)
        self.record(self.discriminator_objective(images, fakes, labels, fake_labels, training=False)[1])
        self.record(self.generator_objective(latents, images, labels, training=False)[1])
        return self.logs()

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {
            **super().get_config(),
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "discriminator_steps": self.discriminator_steps,
            "prior": keras.saving.serialize_keras_object(self.prior),
            "techniques": [keras.saving.serialize_keras_object(technique) for technique in self.techniques],
        }

    def _penalised(
        self, loss: Any, logs: dict[str, Any], images: Any, fakes: Any, labels: Any, training: bool
    ) -> tuple[Any, dict[str, Any]]:
        """A discriminator's loss and logs with `discriminator_penalty`, if the method has one."""
        penalty = self.discriminator_penalty(images, fakes, labels, training)
        if penalty is None:
            return loss, logs
        return loss + penalty, {**logs, "discriminator_penalty": penalty}

    def _update(self, player: Player, objective: Callable[[], tuple[Any, dict[str, Any]]]) -> dict[str, Any]:
        """One update of a player down its objective, with what the techniques add; returns what to log."""
        variables = self.player_variables()[player]

        def advised_objective() -> tuple[Any, dict[str, Any]]:
            loss, logs = objective()
            for technique in self.techniques:
                loss = loss + technique.weight_penalty(player, variables)
            return loss, logs

        conditions = [each for technique in self.techniques if (each := technique.condition(player)) is not None]

        def condition(logs: dict[str, Any]) -> Any:
            loss = backend.batch_mean(ops.reshape(logs[f"{player}_loss"], (1,)))
            return ops.all([each(loss) for each in conditions])

        update = self.minimize(player, advised_objective, condition if conditions else None)
        if player == "discriminator":
            self.constrain_discriminator()
        for technique in self.techniques:
            technique.after_update(player, variables, update.applied)
        return {**update.logs, f"{player}_updated": update.applied} if conditions else update.logs

    def _parts(self, images: Any, labels: Any) -> Iterator[tuple[Any, Any]]:
        k = self.discriminator_steps
        batch = images.shape[0]
        if batch is not None and batch % k:
            raise ValueError(
                f"a batch of {batch} images does not split into discriminator_steps = {k} equal parts; "
                f"use a batch size that is a multiple of {k}"
            )
        # Of a last batch whose size no graph knows beforehand, what does not fill the parts is left out; one of fewer
        # images than parts gives them again.
        count = ops.shape(images)[0]
        size = ops.maximum(count // k, 1) if batch is None else count // k
        for index in range(k):
            start = index * size if batch is not None else ops.minimum(index * size, count - size)
            yield images[start : start + size], None if labels is None else labels[start : start + size]
