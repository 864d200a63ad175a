"""Images drawn a second, against PyTorch's generator without gradients."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .contenders import Contender, compete
from .jobs import find_job
from .measurement import Measurement
from .settings import Settings

REFERENCE = "tfgen, `sample`"
BATCH_SIZE = 256


def measure(job: str, settings: Settings) -> Measurement:
    """Times drawing images into one array, `BATCH_SIZE` at once."""
    options = {"job": job, **settings.sizes}
    contenders = {REFERENCE: Contender("sampling", {**options, "side": "tfgen"}, unit_share=BATCH_SIZE)}
    if settings.pytorch:
        torch = Contender("sampling", {**options, "side": "pytorch"}, unit_share=BATCH_SIZE)
        contenders["PyTorch, `no_grad`"] = torch
    title = f"Sampling: {find_job(job, **settings.sizes).title}"
    return compete(title, "images/s", REFERENCE, contenders, settings)


def prepare(job: str, *, side: str, **sizes: Any) -> Callable[[int], None]:
    """A callable that draws a number of batches of images, by `"tfgen"` or `"pytorch"`."""
    job = find_job(job, **sizes)
    if side == "tfgen":
        from .tfgen_training import compiled_model

        model = compiled_model(job)
        return lambda count: model.sample(count * BATCH_SIZE, seed=0, batch_size=BATCH_SIZE)

    import torch

    from .torch_networks import networks

    generator = networks(job)["generator"].eval()

    def run(count: int) -> None:
        height, width, channels = job.image_shape
        images = np.empty((count * BATCH_SIZE, height, width, channels), np.float32)
        with torch.no_grad():
            for start in range(0, len(images), BATCH_SIZE):
                drawn = generator(torch.randn(BATCH_SIZE, job.latent_dim))
                images[start : start + BATCH_SIZE] = drawn.permute(0, 2, 3, 1).numpy()

    return run
