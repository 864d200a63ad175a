"""Clipping drives a critic's weights to the bounds; the gradient penalty does not."""

from typing import Any, NamedTuple

import keras
import numpy as np

from tfgen.data.toy import IMAGE_SHAPE, as_images, swiss_roll
from tfgen.models import WGAN, WGANGP
from tfgen.networks import mlp

CLIP = 0.01


class Weights(NamedTuple):
    """The kernels' weights of two critics, before and after training, each as one vector.

    Attributes:
        clipped_before: Of the WGAN, drawn uniformly from [-c, c], so that no weight starts at a bound.
        clipped: Of the WGAN.
        penalised_before: Of the WGAN-GP, as Keras draws them.
        penalised: Of the WGAN-GP.
    """

    clipped_before: np.ndarray
    clipped: np.ndarray
    penalised_before: np.ndarray
    penalised: np.ndarray


def measure(*, steps: int = 1000, batch_size: int = 128, seed: int = 0) -> Weights:
    """Trains a WGAN and a WGAN-GP, by their papers' optimizers, on a Swiss roll (Gulrajani et al. 2017, figure 1b).

    Args:
        steps: Updates of the generator; the critics get five times as many.
        batch_size: Points of either side in an update.
        seed: Of weights, noise and points.
    """
    points = swiss_roll(steps * batch_size * 5, seed)
    optimizers = {
        WGAN: lambda: keras.optimizers.RMSprop(5e-5),
        WGANGP: lambda: keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.9),
    }
    found = []
    for method, optimizer in optimizers.items():
        keras.utils.set_random_seed(seed)
        critic = mlp.discriminator(IMAGE_SHAPE, hidden_dims=(128, 128))
        if method is WGAN:
            _spread(critic, seed)
        model = method(mlp.generator(IMAGE_SHAPE, 2, hidden_dims=(128, 128)), critic, seed=seed)
        found.append(_kernels(critic))
        model.compile(optimizer(), optimizer(), jit_compile=False, steps_per_execution=min(50, steps))
        model.fit(as_images(points), batch_size=batch_size * 5, shuffle=False, verbose=0)
        found.append(_kernels(critic))
    return Weights(*found)


def share_at_bounds(weights: np.ndarray) -> float:
    """The share of weights within 1 % of the largest absolute one: of clipped weights, at +-c."""
    return float(np.mean(np.abs(weights) >= 0.99 * np.abs(weights).max()))


def _spread(critic: keras.Model, seed: int) -> None:
    random = np.random.default_rng(seed)
    critic.set_weights([random.uniform(-CLIP, CLIP, weights.shape) for weights in critic.get_weights()])


def _kernels(critic: keras.Model) -> np.ndarray:
    return np.concatenate([weights.ravel() for weights in critic.get_weights() if weights.ndim == 2])


def summary(found: Weights) -> str:
    """What was found, in a sentence."""
    shares = [100 * share_at_bounds(weights) for weights in found]
    return (
        f"of the clipped critic's weights {shares[0]:.1f} % lie within 1 % of a bound before training and "
        f"{shares[1]:.1f} % after it; of the penalised critic's, {shares[2]:.2f} % and {shares[3]:.2f} % within 1 % of "
        f"the largest"
    )


def draw(axes: Any, found: Weights) -> None:
    """Histograms of both, each in units of its largest weight."""
    bins = np.linspace(-1, 1, 51)
    for weights, label in ((found.clipped, "weight clipping"), (found.penalised, "gradient penalty")):
        counts, _ = np.histogram(weights / np.abs(weights).max(), bins)
        axes.stairs(counts / len(weights), bins, fill=True, alpha=0.6, label=label)
    axes.set(xlabel="weight, of the largest", ylabel="share of weights")
    axes.set_title("A critic's weights")
    axes.legend()
