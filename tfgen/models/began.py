"""The boundary equilibrium GAN."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.models import MODELS
from tfgen.models.constants import check_not_negative
from tfgen.models.energy_model import EnergyModel


@MODELS.register("began")
@keras.saving.register_keras_serializable(package="tfgen")
class BEGAN(EnergyModel):
    """Boundary equilibrium GAN (Berthelot et al. 2017, arXiv 1703.10717).

    An image's energy is L(x), the mean absolute reconstruction error. The discriminator minimises
    L(x) - k L(G(z)), and k in [0, 1] moves so that E L(G(z)) becomes gamma E L(x). In the logs `balance` is k,
    and `convergence` the paper's measure M, which falls as the training converges. L(G(z)) in the rule of k and in M
    is that of the images drawn for the discriminator's step, where the paper takes those of the generator's. While an
    `AdaptiveSchedule` lets the discriminator rest, k stays as it is.

    Args:
        generator: Network (n, latent_dim) -> images (n, height, width, channels) in [-1, 1].
        encoder: Network images -> codes (n, code_dim).
        decoder: Network codes -> images in [-1, 1].
        diversity: gamma of the paper, in [0, 1]: less gives better images of fewer kinds.
        balance_rate: lambda_k of the paper, by which k follows.
        arguments: Those of every `AdversarialModel`.

    Raises:
        ValueError: If diversity is not in [0, 1], balance_rate negative or not finite, or the networks do not fit.
    """

    log_names = (*EnergyModel.log_names, "balance", "convergence")

    def __init__(
        self,
        generator: keras.Model,
        encoder: keras.Model,
        decoder: keras.Model,
        *,
        diversity: float = 0.5,
        balance_rate: float = 0.001,
        **arguments: Any,
    ):
        if not 0 <= diversity <= 1:
            raise ValueError(f"diversity is {diversity}; gamma is from 0 to 1")
        check_not_negative(balance_rate=balance_rate)
        super().__init__(generator, encoder, decoder, **arguments)
        self.diversity = float(diversity)
        self.balance_rate = float(balance_rate)
        # k of the paper; replicas move it alike, by their mean.
        self.balance = self.add_weight((), "zeros", trainable=False, name="balance", aggregation="mean")

    def energy(self, images: Any, reconstructions: Any) -> Any:
        """L(x), the mean of |x - D(x)| over pixels and channels."""
        errors = ops.abs(ops.cast(images, "float32") - ops.cast(reconstructions, "float32"))
        return ops.mean(errors, axis=(1, 2, 3))[:, None]

    def discriminator_loss(self, real_outputs: Any, fake_outputs: Any) -> Any:
        """L(x) - k L(G(z)), means over the batch."""
        return ops.mean(real_outputs) - self.balance * ops.mean(fake_outputs)

    def discriminator_objective(  # noqa: D102
        self, images: Any, fakes: Any, labels: Any = None, fake_labels: Any = None, training: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        loss, logs = super().discriminator_objective(images, fakes, labels, fake_labels, training)
        real = ops.mean(logs["real_score"])
        convergence = real + ops.abs(self._imbalance(logs))
        return loss, {**logs, "balance": ops.copy(self.balance), "convergence": convergence}

    def discriminator_step(self, images: Any, labels: Any = None) -> dict[str, Any]:
        """One update of the discriminator, then of k."""
        logs = super().discriminator_step(images, labels)
        step = self.balance_rate * self._imbalance(logs) * logs.get("discriminator_updated", 1.0)
        self.balance.assign(self.balanced(self.balance + step))
        return logs

    def balanced(self, balance: Any) -> Any:
        """k held in [0, 1]."""
        return ops.clip(balance, 0.0, 1.0)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "diversity": self.diversity, "balance_rate": self.balance_rate}

    def _imbalance(self, logs: dict[str, Any]) -> Any:
        """gamma L(x) - L(G(z)), means over the whole batch."""
        real, fake = (ops.mean(backend.batch_mean(logs[score])) for score in ("real_score", "fake_score"))
        return self.diversity * real - fake
