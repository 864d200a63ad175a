"""The information maximising GAN."""

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from tfgen import backend
from tfgen.losses.cross_entropy import categorical_cross_entropy, classification_accuracy
from tfgen.losses.gaussian import gaussian_negative_log_likelihood
from tfgen.models import MODELS
from tfgen.models.constants import check_not_negative
from tfgen.models.gan import GAN
from tfgen.models.image_model import Signature, check_input
from tfgen.models.labelled_model import checked_labels
from tfgen.priors.structured_codes import Parts, StructuredCodes
from tfgen.techniques.replay import Replay


@MODELS.register("info_gan")
@keras.saving.register_keras_serializable(package="tfgen")
class InfoGAN(GAN):
    """InfoGAN: images from which the codes that they were drawn from can be read (Chen et al. 2016, arXiv 1606.03657).

    A recognition network Q(c|x) on the discriminator's features estimates the codes c of generated images, and both
    players minimise the bound on -I(c; G(z, c)), which is -E log Q(c|G(z, c)) but for the constant entropy of c: D and
    Q in the discriminator's step, G in its own. Equation 6 of the paper has the bound in the objective of G and Q
    alone; in the authors' code, as here, Q is part of the discriminator's network, so that the layers that the two
    share learn to tell the codes as well. Continuous codes are Gaussian with a standard deviation of 1, which is what
    the authors fix it at. No labels are used; those that training is given are ignored.

    Logged beside what `GAN` logs, of the generator's step and in nats: `categorical_loss` and `continuous_loss`,
    -E log Q(c|G(z, c)) of the two kinds of codes, and `categorical_accuracy`, the share of categories that Q names.

    Args:
        generator: Network latents (n, latent_dim), noise and then codes -> images (n, height, width, channels).
        discriminator: Network images -> (n, 1), a logit, with features as its layer `logits` takes them.
        prior: Noise and codes; those of the paper's MNIST, one code of 10 categories and 2 continuous, if not given.
        categorical_weight: lambda of the categorical codes.
        continuous_weight: lambda of the continuous codes; the paper takes a smaller one for them.
        recognition_units: Units of Q's hidden layer; 128 in the paper.
        arguments: Those of `GAN`.

    Raises:
        ValueError: If the prior has no codes or leaves no room for them, a weight is negative or not finite, or
            `Replay` is among the techniques; or as `GAN` does.
    """

    log_names = (*GAN.log_names, "categorical_loss", "continuous_loss", "categorical_accuracy")

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        prior: StructuredCodes | None = None,
        categorical_weight: float = 1.0,
        continuous_weight: float = 0.1,
        recognition_units: int = 128,
        **arguments: Any,
    ):
        prior = StructuredCodes() if prior is None else prior
        if not isinstance(prior, StructuredCodes):
            raise ValueError(f"the prior is {type(prior).__name__}; an InfoGAN's has codes, as StructuredCodes has")
        check_not_negative(categorical_weight=categorical_weight, continuous_weight=continuous_weight)
        if any(isinstance(technique, Replay) for technique in arguments.get("techniques", ())):
            raise ValueError("Replay keeps labels of past fakes and no codes, which an InfoGAN's have; leave it out")
        super().__init__(generator, discriminator, prior=prior, **arguments)
        if self.latent_dim < prior.code_dim:
            raise ValueError(f"the generator takes latents of {self.latent_dim}, and the codes are {prior.code_dim}")
        self._images = backend.TensorSpec((None, *self.image_shape), "float32", name="images")
        self.categorical_weight = float(categorical_weight)
        self.continuous_weight = float(continuous_weight)
        self.recognition_units = int(recognition_units)
        features = self.discriminator_with_features.outputs[1].shape[-1]
        self.recognition = _recognition(features, self.recognition_units, prior.code_dim)

    @property
    def label_count(self) -> int:
        """The number of categories of the first categorical code; 0 if there is none."""
        return next(iter(self.prior.categories), 0)

    def discriminator_variables(self) -> list[keras.Variable]:
        """What a discriminator step updates: the discriminator and Q."""
        return [*super().discriminator_variables(), *self.recognition.trainable_variables]

    def fake_labels(self, latents: Any, labels: Any = None) -> Any:
        """The codes (n, code_dim) of generated images: the last components of their latents."""
        return latents[:, -self.prior.code_dim :]

    def recognise(self, images: Any, training: bool = True) -> tuple[Any, Parts]:
        """The discriminator's logits (n, 1), and Q of images: logits of categories, means of continuous codes."""
        inputs = self.discriminator_inputs(images, training=training)
        outputs, features = self.discriminator_with_features(inputs, training=training)
        return outputs, self.prior.split(self.recognition(features, training=training))

    def codes(self, images: Any) -> Any:
        """The codes of images as Q sees them.

        Args:
            images: (n, height, width, channels) in [-1, 1], real or generated.

        Returns:
            float32 (n, code_dim), in the order of the latents' last components: probabilities of the categories of each
            categorical code, then means of the continuous codes.
        """
        check_input(self._images, images)
        _, codes = self.recognise(images, training=False)
        return ops.concatenate([*(ops.softmax(each) for each in codes.categories), codes.continuous], axis=-1)

    def discriminator_objective(  # noqa: D102
        self, images: Any, fakes: Any, labels: Any = None, fake_labels: Any = None, training: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        real_outputs = self.discriminate(images, labels, training)
        fake_outputs, found = self.recognise(fakes, training)
        loss = self.discriminator_loss(real_outputs, fake_outputs)
        logs = {"discriminator_loss": loss, "real_score": real_outputs, "fake_score": fake_outputs}
        information, _ = self._information(fake_labels, found)
        return self._penalised(loss + information, logs, images, fakes, labels, training)

    def generator_objective(  # noqa: D102
        self, latents: Any, images: Any, labels: Any = None, training: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        outputs, found = self.recognise(self.generate(latents, labels, training), training)
        loss = self.generator_loss(outputs)
        information, logs = self._information(self.fake_labels(latents), found)
        return loss + information, {"generator_loss": loss, **logs}

    def sampling_inputs(self, latents: np.ndarray, labels: Any) -> tuple[np.ndarray, ...]:
        """Latents whose first categorical code is that of the labels, if there are any."""
        if labels is None:
            return (latents,)
        if not self.prior.categories:
            raise ValueError("the prior has no categorical code, so no labels choose what is drawn")
        return (np.asarray(self.prior.with_category(latents, checked_labels(labels, self.prior.categories[0]))),)

    def serving_signatures(self) -> dict[str, Signature]:
        """Those of every `GenerativeModel`, and `codes` (images to what Q sees in them)."""
        return {**super().serving_signatures(), "codes": Signature(self.codes, (self._images,), "codes")}

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {
            **super().get_config(),
            "categorical_weight": self.categorical_weight,
            "continuous_weight": self.continuous_weight,
            "recognition_units": self.recognition_units,
        }

    def _information(self, codes: Any, found: Parts) -> tuple[Any, dict[str, Any]]:
        """The weighted -E log Q(c|x) of images drawn from these codes, and what to log of it."""
        given = self.prior.split(codes)
        categories = [
            (ops.argmax(one_hot, axis=-1), logits)
            for one_hot, logits in zip(given.categories, found.categories, strict=True)
        ]
        categorical_loss = sum((categorical_cross_entropy(*each) for each in categories), ops.zeros(()))
        continuous_loss = gaussian_negative_log_likelihood(given.continuous, found.continuous)
        logs = {"categorical_loss": categorical_loss, "continuous_loss": continuous_loss}
        if categories:
            logs["categorical_accuracy"] = ops.concatenate([classification_accuracy(*each) for each in categories])
        return self.categorical_weight * categorical_loss + self.continuous_weight * continuous_loss, logs


def _recognition(features: int, units: int, outputs: int) -> keras.Model:
    """Q's own layers, from the discriminator's features to the parameters of the codes' distributions."""
    inputs = keras.Input((features,), name="features")
    x = layers.Dense(units, use_bias=False, kernel_initializer=_normal(), name="dense")(inputs)
    x = layers.BatchNormalization(synchronized=True, name="batch_norm")(x)
    x = layers.LeakyReLU(0.1, name="leaky_relu")(x)
    parameters = layers.Dense(outputs, kernel_initializer=_normal(), dtype="float32", name="parameters")(x)
    return keras.Model(inputs, parameters, name="recognition")


def _normal() -> keras.initializers.Initializer:
    # A new one for each layer: an initializer draws the same numbers at every call.
    return keras.initializers.RandomNormal(stddev=0.02)
