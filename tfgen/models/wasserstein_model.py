"""What the Wasserstein GANs share: the critic's loss."""

from typing import Any

from tfgen.losses.wasserstein import wasserstein_critic_loss, wasserstein_generator_loss
from tfgen.models.adversarial_model import AdversarialModel


class WassersteinModel(AdversarialModel):
    """A generator against a critic (Arjovsky et al. 2017, arXiv 1701.07875), whose slope a subclass has to bound.

    The critic is the `discriminator`: its outputs are no logits, and only their differences mean something.
    """

    def discriminator_loss(self, real_outputs: Any, fake_outputs: Any) -> Any:  # noqa: D102
        return wasserstein_critic_loss(real_outputs, fake_outputs)

    def generator_loss(self, fake_outputs: Any) -> Any:  # noqa: D102
        return wasserstein_generator_loss(fake_outputs)
