"""Curves of a healthy, an overpowered and a collapsed training: `python -m tfgen.benchmarks.lectures.curves`.

Three GANs learn eight Gaussians on a ring, where everybody can see what a generator makes. Needs matplotlib.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from tfgen.data.toy import IMAGE_SHAPE, as_images, as_points, gaussian_ring
from tfgen.metrics.mixture_modes import mixture_coverage
from tfgen.models import GAN, MinimaxGAN
from tfgen.networks import mlp

STEPS = 4000
REPORT_EVERY = 50
BATCH_SIZE = 256
LATENT_DIM = 8
SAMPLES = 2500
SEED = 0
PICTURE = Path("docs/images/training_curves.png")
ROWS = {
    "loss": ("discriminator_loss", "generator_loss"),
    "score, a logit": ("real_score", "fake_score"),
    "gradient norm": ("discriminator_gradient_norm", "generator_gradient_norm"),
}


@dataclass(frozen=True)
class Setting:
    """What a training is called, and how its model differs from the others."""

    name: str
    method: Callable[..., GAN]
    generator_rate: float
    discriminator_rate: float
    discriminator_steps: int = 1
    discriminator_width: int = 128


SETTINGS = (
    Setting("healthy", GAN, 1e-3, 1e-3),
    Setting("overpowered discriminator", MinimaxGAN, 1e-4, 2e-3, discriminator_steps=5),
    Setting("collapsed generator", GAN, 1e-3, 1e-4, discriminator_width=32),
)


def train(setting: Setting, steps: int) -> tuple[dict[str, list[float]], np.ndarray]:
    """Trains one GAN on the ring.

    Args:
        setting: Which.
        steps: How many updates of the generator.

    Returns:
        What the model logged, each a mean over `REPORT_EVERY` steps, and samples `(SAMPLES, 2)` of the trained model.
    """
    keras.utils.set_random_seed(SEED)
    width = setting.discriminator_width
    model = setting.method(
        mlp.generator(IMAGE_SHAPE, LATENT_DIM, hidden_dims=(128, 128)),
        mlp.discriminator(IMAGE_SHAPE, hidden_dims=(width, width)),
        discriminator_steps=setting.discriminator_steps,
        seed=SEED,
    )
    model.compile(
        keras.optimizers.Adam(setting.generator_rate, beta_1=0.5),
        keras.optimizers.Adam(setting.discriminator_rate, beta_1=0.5),
        steps_per_execution=REPORT_EVERY,
    )
    batch_size = BATCH_SIZE * setting.discriminator_steps
    points, _ = gaussian_ring().sample(REPORT_EVERY * batch_size, SEED)
    history = model.fit(as_images(points), batch_size=batch_size, epochs=steps // REPORT_EVERY, verbose=0).history
    return history, as_points(model.sample(SAMPLES, seed=SEED))


def main() -> None:
    """Trains all, prints what their samples reach, and draws the curves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--output", type=Path, default=Path("docs/images/training_curves.png"), help="the picture to write"
    )
    parser.add_argument("--steps", type=int, default=STEPS, help=f"updates of each generator (default: {STEPS})")
    arguments = parser.parse_args()

    from matplotlib import pyplot

    ring = gaussian_ring()
    real, _ = ring.sample(SAMPLES, SEED)
    figure, axes = pyplot.subplots(len(ROWS) + 1, len(SETTINGS), figsize=(12, 13), layout="constrained")
    print("| training | modes of 8 | good samples |\n|---|---|---|")
    for setting, column in zip(SETTINGS, axes.T, strict=True):
        history, samples = train(setting, arguments.steps)
        coverage = mixture_coverage(samples, ring.centres, ring.standard_deviation)
        print(f"| {setting.name} | {coverage.modes} | {coverage.good_share:.0%} |", flush=True)
        column[0].set_title(setting.name)
        at = REPORT_EVERY * np.arange(1, 1 + len(history["real_score"]))
        for axis, (label, logs) in zip(column, ROWS.items(), strict=False):
            for log in logs:
                axis.plot(at, history[log], label=log)
            axis.set(xlabel="step", ylabel=label, yscale="log" if label == "gradient norm" else "linear")
            axis.legend(fontsize="small")
        column[-1].scatter(*real.T, s=2, color="lightgrey", label="real")
        column[-1].scatter(*samples.T, s=2, label="generated")
        column[-1].set(xlim=(-1, 1), ylim=(-1, 1), aspect="equal")
        column[-1].legend(fontsize="small", loc="center")
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(arguments.output, dpi=80)


if __name__ == "__main__":
    main()
