"""Curves of good and of bad trainings: `python -m tfgen.benchmarks.lectures.curves --output docs`.

A healthy GAN, one with an overpowered discriminator and one with a collapsed generator learn eight Gaussians on a ring,
where everybody can see what a generator makes. Writes a table of their samples into the folder's `training.md`, and a
picture of what they log into its `images/`.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tfgen.data.progress import progress
from tfgen.data.toy import IMAGE_SHAPE, as_images, as_points, gaussian_ring
from tfgen.files import atomic_path
from tfgen.metrics.mixture_modes import mixture_coverage
from tfgen.models import MODELS

from .page import write_part

STEPS = 4000
REPORT_EVERY = 50
BATCH_SIZE = 256
LATENT_DIM = 8
SAMPLES = 2500
SEED = 0
ROWS = {
    "loss": ("discriminator_loss", "generator_loss"),
    "score, a logit": ("real_score", "fake_score"),
    "gradient norm": ("discriminator_gradient_norm", "generator_gradient_norm"),
}
EXAMPLE = """example, a minute, into a folder of its own:
  python -m tfgen.benchmarks.lectures.curves --steps 400 --output toy"""


@dataclass(frozen=True)
class Setting:
    """What a training is called, and how its model differs from the others."""

    name: str
    method: str
    generator_rate: float
    discriminator_rate: float
    discriminator_steps: int = 1
    discriminator_width: int = 128


SETTINGS = (
    Setting("healthy", "gan", 1e-3, 1e-3),
    Setting("overpowered discriminator", "minimax_gan", 1e-4, 2e-3, discriminator_steps=5),
    Setting("collapsed generator", "gan", 1e-3, 1e-4, discriminator_width=32),
)


class Trained(NamedTuple):
    """What a training left.

    Attributes:
        logs: What the model logged, each a mean over `REPORT_EVERY` steps.
        samples: Points `(SAMPLES, 2)` of the trained model.
    """

    logs: Mapping[str, Sequence[float]]
    samples: np.ndarray


def train(setting: Setting, steps: int) -> Trained:
    """Trains one GAN on the ring.

    Args:
        setting: Which.
        steps: How many updates of the generator, a multiple of `REPORT_EVERY`.
    """
    # Not for --help.
    import keras

    from tfgen.networks import mlp

    keras.utils.set_random_seed(SEED)
    width = setting.discriminator_width
    model = MODELS.get(setting.method)(
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
    epochs = steps // REPORT_EVERY
    shown = progress(range(epochs), f"Training: {setting.name}", epochs)
    next(shown)
    advance = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: next(shown, None))
    history = model.fit(as_images(points), batch_size=batch_size, epochs=epochs, verbose=0, callbacks=[advance]).history
    return Trained(history, as_points(model.sample(SAMPLES, seed=SEED)))


def table(found: Mapping[str, Trained]) -> list[str]:
    """Lines of Markdown: what the samples of each training reach."""
    ring = gaussian_ring()
    lines = [f"| training | modes of {len(ring.centres)} | good samples |", "|---|---|---|"]
    for name, trained in found.items():
        coverage = mixture_coverage(trained.samples, ring.centres, ring.standard_deviation)
        lines.append(f"| {name} | {coverage.modes} | {coverage.good_share:.0%} |")
    return lines


def picture(found: Mapping[str, Trained], path: Path) -> None:
    """Draws the curves of each training in a column, and its samples below."""
    from matplotlib.figure import Figure

    real, _ = gaussian_ring().sample(SAMPLES, SEED)
    figure = Figure(figsize=(12, 13), layout="constrained")
    axes = figure.subplots(len(ROWS) + 1, len(found), squeeze=False)
    for (name, (logs, samples)), column in zip(found.items(), axes.T, strict=True):
        column[0].set_title(name)
        for axis, (label, curves) in zip(column[:-1], ROWS.items(), strict=True):
            for curve in curves:
                axis.plot(REPORT_EVERY * np.arange(1, 1 + len(logs[curve])), logs[curve], label=curve)
            axis.set(xlabel="step", ylabel=label, yscale="log" if label == "gradient norm" else "linear")
            axis.legend(fontsize="small")
        column[-1].scatter(*real.T, s=2, color="lightgrey", label="real")
        column[-1].scatter(*samples.T, s=2, label="generated")
        column[-1].set(xlim=(-1, 1), ylim=(-1, 1), aspect="equal")
        column[-1].legend(fontsize="small", loc="center")
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=80)


def main() -> None:
    """Trains all, then writes the table and the picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=Path("docs"), help="folder of training.md (default: docs)")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"updates of each generator (default: {STEPS})")
    arguments = parser.parse_args()
    if arguments.steps < 1 or arguments.steps % REPORT_EVERY:
        parser.error(f"--steps is {arguments.steps}; it is a multiple of {REPORT_EVERY}, {REPORT_EVERY} or more")
    found = {setting.name: train(setting, arguments.steps) for setting in SETTINGS}
    picture(found, arguments.output / "images" / "training_curves.png")
    write_part(arguments.output / "training.md", "curves", table(found))
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()
