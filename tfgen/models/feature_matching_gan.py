"""The GAN whose generator matches statistics of the discriminator's features."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.models import MODELS
from tfgen.models.gan import GAN


@MODELS.register("feature_matching_gan")
@keras.saving.register_keras_serializable(package="tfgen")
class FeatureMatchingGAN(GAN):
    """Feature matching, also statistics matching (Salimans et al. 2016, arXiv 1606.03498, section 3.1).

    The generator minimises ||E f(x) - E f(G(z))||^2, with f the discriminator's features; the discriminator trains as
    in `GAN`. Where the network compares the images of a batch before its last layer (`minibatch_discrimination`,
    `minibatch_standard_deviation`), what it finds is among the features, and is matched too.
    """

    def generator_objective(  # noqa: D102
        self, latents: Any, images: Any, labels: Any = None, training: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        fakes = self.generate(latents, labels, training)
        real_mean, fake_mean = (
            backend.batch_mean(ops.cast(self.features(each, labels, training), "float32")) for each in (images, fakes)
        )
        loss = ops.sum(ops.square(real_mean - fake_mean))
        return loss, {"generator_loss": loss}

    def features(self, images: Any, labels: Any = None, training: bool = True) -> Any:
        """The discriminator's features (n, features) of images: what its last layer reads."""
        inputs = self.discriminator_inputs(images, labels, training)
        return self.discriminator_with_features(inputs, training=training)[1]
