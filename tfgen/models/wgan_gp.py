"""The Wasserstein GAN with a gradient penalty."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.losses.gradient_penalties import unit_norm_penalty
from tfgen.models import MODELS
from tfgen.models.constants import check_not_negative
from tfgen.models.wasserstein_model import WassersteinModel


@MODELS.register("wgan_gp")
@keras.saving.register_keras_serializable(package="tfgen")
class WGANGP(WassersteinModel):
    """WGAN-GP (Gulrajani et al. 2017, arXiv 1704.00028): a penalty holds the critic's slope near 1.

    The slope is asked at points between a real image and a generated one. The penalty is on each image's own gradient,
    so the critic must not normalise over the batch; layer normalisation is what the paper recommends. It trains with
    Adam at 1e-4, beta_1 = 0 and beta_2 = 0.9.

    Args:
        generator: Network (n, latent_dim) -> images (n, height, width, channels) in [-1, 1].
        discriminator: The critic, a network images -> (n, 1), high for what is real.
        penalty_weight: lambda of the paper.
        discriminator_steps: n_critic of the paper.
        arguments: Those of every `AdversarialModel`.

    Raises:
        ValueError: If penalty_weight is negative or not finite; or as `AdversarialModel` does.
    """

    log_names = (*WassersteinModel.log_names, "discriminator_penalty")

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        penalty_weight: float = 10.0,
        discriminator_steps: int = 5,
        **arguments: Any,
    ):
        check_not_negative(penalty_weight=penalty_weight)
        super().__init__(generator, discriminator, discriminator_steps=discriminator_steps, **arguments)
        self.penalty_weight = float(penalty_weight)

    def discriminator_penalty(self, images: Any, fakes: Any, labels: Any = None, training: bool = True) -> Any:  # noqa: D102
        between = self.points_between(images, fakes, training)
        slopes = backend.input_gradient(lambda points: self.discriminate(points, labels, training), between)
        return self.penalty_weight * unit_norm_penalty(slopes)

    def points_between(self, images: Any, fakes: Any, training: bool = True) -> Any:
        """Points on the lines from real images to generated ones, each at a uniform distance of its own."""
        alpha = backend.uniform((ops.shape(images)[0], 1, 1, 1), self.noise_seed(training, draw=1))
        return images + alpha * (fakes - images)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "penalty_weight": self.penalty_weight}
