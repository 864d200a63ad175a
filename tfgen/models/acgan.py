"""The auxiliary classifier GAN."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.layers import SpectralNormalization
from tfgen.losses.cross_entropy import categorical_cross_entropy, classification_accuracy
from tfgen.models import MODELS
from tfgen.models.conditional_model import ConditionalModel
from tfgen.models.constants import check_not_negative
from tfgen.models.gan import GAN
from tfgen.models.image_model import Signature, check_input


@MODELS.register("acgan")
@keras.saving.register_keras_serializable(package="tfgen")
class ACGAN(ConditionalModel, GAN):
    """Auxiliary classifier GAN: the discriminator names the class (Odena et al. 2017, arXiv 1610.09585).

    The discriminator is given images alone; a second head on its features gives logits of the classes, and is
    spectrally normalised where the first, `logits`, is. Both players minimise the cross-entropy of the classes too: the
    discriminator on real and on generated images, the generator on its own. In the paper's words, D maximises L_S + L_C
    and G maximises L_C - L_S, here with the non-saturating L_S.

    A discriminator that learns classes from generated images too may name them after whatever the generator happens to
    draw, so that labels ask for other classes' images, for thousands of steps; with `fake_class_weight` 0 it learns
    them from real images alone.

    Logged beside what `GAN` logs, in nats: `real_class_loss` and `fake_class_loss` of the discriminator's step, and the
    share of images whose class it names, `real_class_accuracy` and `fake_class_accuracy`.

    Args:
        generator: As for `ConditionalModel`.
        discriminator: Network images -> (n, 1), a logit, with features as its layer `logits` takes them.
        num_classes: How many classes there are.
        fake_class_weight: Weight of the generated images' class in the discriminator's objective; 1 in the paper.
        arguments: Those of `GAN`.

    Raises:
        ValueError: If the weight is negative or not finite; or as `ConditionalModel` does.
    """

    log_names = (
        *GAN.log_names,
        "real_class_loss",
        "fake_class_loss",
        "real_class_accuracy",
        "fake_class_accuracy",
    )

    networks_take = {**ConditionalModel.networks_take, "discriminator": ("images",)}

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        num_classes: int,
        fake_class_weight: float = 1.0,
        **arguments: Any,
    ):
        check_not_negative(fake_class_weight=fake_class_weight)
        super().__init__(generator, discriminator, num_classes=num_classes, **arguments)
        self._images = backend.TensorSpec((None, *self.image_shape), "float32", name="images")
        self.fake_class_weight = float(fake_class_weight)
        head = keras.layers.Dense(num_classes, dtype="float32", name="classes")
        features = self.discriminator_with_features.outputs[1]
        normalised = isinstance(discriminator.get_layer("logits"), SpectralNormalization)
        self.class_head = SpectralNormalization(head) if normalised else head
        self.class_head.build(features.shape)

    @classmethod
    def network_arguments(  # noqa: D102
        cls, image_shape: tuple[int, int, int], latent_dim: int, num_classes: int
    ) -> dict[str, dict[str, Any]]:
        arguments = super().network_arguments(image_shape, latent_dim, num_classes)
        return {**arguments, "discriminator": {"image_shape": image_shape}}

    def discriminator_variables(self) -> list[keras.Variable]:  # noqa: D102
        return [*super().discriminator_variables(), *self.class_head.trainable_variables]

    def discriminate_and_classify(self, images: Any, training: bool = True) -> tuple[Any, Any]:
        """The discriminator's logits (n, 1) and its logits of the classes (n, num_classes), from one pass."""
        inputs = self.discriminator_inputs(images, training=training)
        outputs, features = self.discriminator_with_features(inputs, training=training)
        return outputs, self.class_head(features, training=training)

    def discriminator_inputs(self, images: Any, labels: Any = None, training: bool = True) -> Any:
        """The images alone: the discriminator names their class, and is not told it."""
        return self.shown(images, training)

    def classify(self, images: Any) -> Any:
        """Probabilities of the classes (n, num_classes), float32, of images in [-1, 1], as the second head has them."""
        check_input(self._images, images)
        return ops.softmax(self.discriminate_and_classify(images, training=False)[1])

    def discriminator_objective(  # noqa: D102
        self, images: Any, fakes: Any, labels: Any = None, fake_labels: Any = None, training: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        real_outputs, real_classes = self.discriminate_and_classify(images, training)
        fake_outputs, fake_classes = self.discriminate_and_classify(fakes, training)
        loss = self.discriminator_loss(real_outputs, fake_outputs)
        real_class_loss = categorical_cross_entropy(labels, real_classes)
        fake_class_loss = categorical_cross_entropy(fake_labels, fake_classes)
        logs = {
            "discriminator_loss": loss,
            "real_score": real_outputs,
            "fake_score": fake_outputs,
            "real_class_loss": real_class_loss,
            "fake_class_loss": fake_class_loss,
            "real_class_accuracy": classification_accuracy(labels, real_classes),
            "fake_class_accuracy": classification_accuracy(fake_labels, fake_classes),
        }
        loss = loss + real_class_loss + self.fake_class_weight * fake_class_loss
        return self._penalised(loss, logs, images, fakes, labels, training)

    def generator_objective(  # noqa: D102
        self, latents: Any, images: Any, labels: Any = None, training: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        outputs, classes = self.discriminate_and_classify(self.generate(latents, labels, training), training)
        loss = self.generator_loss(outputs)
        return loss + categorical_cross_entropy(labels, classes), {"generator_loss": loss}

    def serving_signatures(self) -> dict[str, Signature]:
        """Those of every `ConditionalModel`, and `classify` (images to probabilities)."""
        return {**super().serving_signatures(), "classify": Signature(self.classify, (self._images,), "probabilities")}

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "fake_class_weight": self.fake_class_weight}
