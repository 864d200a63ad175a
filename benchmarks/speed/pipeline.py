"""Images a second of `tfgen.data`, against what the training step that it feeds takes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tfgen.data.image_set import ImageSet
from tfgen.data.pipeline import batches

from .contenders import Contender, compete
from .jobs import find_job
from .measurement import Measurement
from .settings import Settings

IMAGES = 10_000
SHIFT = 2
# Some ten batches are prefetched while others have their turn: of so many they count little.
LEAST_BATCHES = 64


def measure(job: str, settings: Settings) -> Measurement:
    """Times the batches of a job's images, as they are and shifted and mirrored, and its training step."""
    options, images = {"job": job, **settings.sizes}, find_job(job, **settings.sizes).images_per_step
    reference = "batches"
    contenders = {
        name: Contender("pipeline", {**options, "augmented": augmented}, LEAST_BATCHES, images)
        for name, augmented in ((reference, False), ("batches, shifted and mirrored", True))
    } | {
        "what the training step takes": Contender("tfgen_training", {**options, "loop": "fit"}, unit_share=images),
    }
    title = f"Input pipeline: {find_job(job, **settings.sizes).title}"
    return compete(title, "images/s", reference, contenders, settings)


def prepare(job: str, *, augmented: bool, count: int = IMAGES, **sizes: Any) -> Callable[[int], None]:
    """A callable that draws a number of batches of the job's size from images in memory.

    Args:
        job: Its name.
        augmented: Whether the images are shifted and mirrored.
        count: How many images there are.
        sizes: What differs from the job.
    """
    job = find_job(job, **sizes)
    images = np.random.default_rng(0).integers(0, 256, (count, *job.image_shape), np.uint8)
    changes = {"max_shift": SHIFT, "flip": True} if augmented else {}
    iterator = iter(batches(ImageSet(images), job.images_per_step, repeat=True, **changes))

    def run(steps: int) -> None:
        for _ in range(steps):
            next(iterator)

    return run
