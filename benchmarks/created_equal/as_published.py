"""Methods as the study's published code has them, where that differs from the methods' papers.

Lucic et al. 2018 (arXiv 1711.10337), github.com/google/compare_gan at its tag v1. What a recipe can say, it says: the
WGAN trains with Adam, and BEGAN with five discriminator steps. The study's images span [0, 1], half of ours, so that
slopes there are twice ours, and absolute errors half.
"""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.losses.likelihoods import Bernoulli
from tfgen.models.began import BEGAN
from tfgen.models.dragan import DRAGAN
from tfgen.models.lsgan import LSGAN
from tfgen.models.vae import VAE
from tfgen.models.wgan_gp import WGANGP


@keras.saving.register_keras_serializable(package="tfgen.benchmarks")
class PublishedLSGAN(LSGAN):
    """LSGAN whose least squares are of probabilities, the sigmoids of the outputs."""

    def discriminator_loss(self, real_outputs: Any, fake_outputs: Any) -> Any:  # noqa: D102
        return super().discriminator_loss(ops.sigmoid(real_outputs), ops.sigmoid(fake_outputs))

    def generator_loss(self, fake_outputs: Any) -> Any:  # noqa: D102
        return super().generator_loss(ops.sigmoid(fake_outputs))


@keras.saving.register_keras_serializable(package="tfgen.benchmarks")
class PublishedWGANGP(WGANGP):
    """WGAN-GP with 1e-4 under the root of the slope."""

    def discriminator_penalty(self, images: Any, fakes: Any, labels: Any = None, training: bool = True) -> Any:  # noqa: D102
        between = self.points_between(images, fakes, training)
        slopes = 2.0 * backend.input_gradient(lambda points: self.discriminate(points, labels, training), between)
        return self.penalty_weight * _unit_norm_penalty(slopes)


@keras.saving.register_keras_serializable(package="tfgen.benchmarks")
class PublishedDRAGAN(DRAGAN):
    """DRAGAN whose penalty is on the slope of the probability, the sigmoid of the logit, with 1e-4 under the root."""

    def discriminator_penalty(self, images: Any, fakes: Any, labels: Any = None, training: bool = True) -> Any:  # noqa: D102
        near = self.points_near(images, training)
        probabilities = lambda points: ops.sigmoid(self.discriminate(points, labels, training))  # noqa: E731
        return self.penalty_weight * _unit_norm_penalty(2.0 * backend.input_gradient(probabilities, near))


@keras.saving.register_keras_serializable(package="tfgen.benchmarks")
class PublishedBEGAN(BEGAN):
    """BEGAN whose k is not held in [0, 1]."""

    def energy(self, images: Any, reconstructions: Any) -> Any:
        """L(x), the mean of |x - D(x)| over pixels and channels, of images in [0, 1]."""
        return 0.5 * super().energy(images, reconstructions)

    def balanced(self, balance: Any) -> Any:  # noqa: D102
        return balance


@keras.saving.register_keras_serializable(package="tfgen.benchmarks")
class PublishedBernoulli(Bernoulli):
    """A Bernoulli likelihood that is averaged over the channels, so that of three each counts a third."""

    def per_image(self, images: Any, outputs: Any) -> Any:
        """The cross-entropy, summed over rows and columns, averaged over channels, (n,)."""
        return super().per_image(images, outputs) / images.shape[-1]


@keras.saving.register_keras_serializable(package="tfgen.benchmarks")
class PublishedVAE(VAE):
    """VAE whose encoder gives deviations by softplus and not log-variances, with the likelihood of the study."""

    def __init__(self, encoder: keras.Model, decoder: keras.Model, likelihood: Any = None, **arguments: Any):
        super().__init__(encoder, decoder, likelihood or PublishedBernoulli(), **arguments)

    def posterior(self, images: Any, training: bool = False) -> tuple[Any, Any]:
        """Mean and log-variance, of the deviation 1e-6 + softplus(output)."""
        mean, raw = super().posterior(images, training)
        return mean, 2.0 * ops.log(1e-6 + ops.softplus(raw))


def _unit_norm_penalty(slopes: Any) -> Any:
    """E (||s|| - 1)^2, with the study's 1e-4 under the root: a slope that has died stays dead."""
    norms = ops.sqrt(1e-4 + ops.sum(ops.square(ops.cast(slopes, "float32")), axis=(1, 2, 3)))
    return ops.mean(ops.square(norms - 1.0))
