"""The trainings that are timed: which method on which networks, and at what size."""

import dataclasses
from typing import Any

import numpy as np

ADAM_EPSILON = 1e-7


@dataclasses.dataclass(frozen=True)
class Job:
    """A training that every side of the comparison runs alike.

    Attributes:
        title: What tables call it.
        method: Name in `tfgen.models.MODELS`: `gan`, `wgan_gp` or `vae`.
        network: Architecture in `tfgen.networks`: `infogan` or `dcgan`.
        image_shape: `(height, width, channels)`.
        latent_dim: Length of a latent vector.
        learning_rate: Adam's, of each player.
        beta_1: Adam's.
        beta_2: Adam's.
        discriminator_steps: Updates of the discriminator for one of the generator.
        width: Channels of the narrowest layer.
        batch_size: Images of one update.
    """

    title: str
    method: str
    network: str
    image_shape: tuple[int, int, int]
    latent_dim: int
    learning_rate: float
    beta_1: float
    beta_2: float = 0.999
    discriminator_steps: int = 1
    width: int = 64
    batch_size: int = 64

    @property
    def images_per_step(self) -> int:
        """Real images that one training step sees."""
        return self.batch_size * self.discriminator_steps


JOBS = {
    "gan": Job("GAN, InfoGAN net, 28x28x1", "gan", "infogan", (28, 28, 1), 64, 1e-4, 0.5),
    "wgan_gp": Job(
        "WGAN-GP, InfoGAN net, 28x28x1", "wgan_gp", "infogan", (28, 28, 1), 64, 1e-4, 0.0, 0.9, discriminator_steps=5
    ),
    "vae": Job("VAE, InfoGAN net, 28x28x1", "vae", "infogan", (28, 28, 1), 64, 1e-4, 0.9),
    "dcgan64": Job("DCGAN, 64x64x3", "gan", "dcgan", (64, 64, 3), 100, 2e-4, 0.5),
}


def find_job(name: str, **changes: Any) -> Job:
    """The job of this name in `JOBS`, with other sizes where they are given."""
    return dataclasses.replace(JOBS[name], **changes)


def batches(job: Job, count: int = 4) -> np.ndarray:
    """Images in [-1, 1], float32 `(count, images_per_step, height, width, channels)`: what they show costs nothing."""
    shape = count, job.images_per_step, *job.image_shape
    return np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)
