"""The exported SavedModel's latency, by batch, against the same call in Python."""

import dataclasses
import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np

from tfgen.models.generative_model import GenerativeModel

from .contenders import Contender, compete
from .jobs import find_job
from .measurement import Measurement
from .settings import Settings

BATCHES = (1, 8, 64)
REFERENCE = "SavedModel"
NAMES = (REFERENCE, "`model.sample(n)`", "`model.generate(latents)`")


def measure(job: str, batch: int, settings: Settings) -> Measurement:
    """Times calls of a generator with a batch of latents, by each way that there is, a third as long as steps are."""
    options = {"job": job, "batch": batch, **settings.sizes}
    contenders = {name: Contender("serving", {**options, "name": name}) for name in NAMES}
    title = f"Latency: {find_job(job, **settings.sizes).title}, batch {batch}"
    return compete(title, "ms", REFERENCE, contenders, dataclasses.replace(settings, seconds=settings.seconds / 3))


def prepare(job: str, *, name: str, batch: int, **sizes: Any) -> Callable[[int], None]:
    """A callable that asks for a batch of images a number of times, by one of `NAMES`."""
    from .tfgen_training import compiled_model

    call = ways(compiled_model(find_job(job, **sizes)), batch)[name]

    def run(count: int) -> None:
        for _ in range(count):
            call()

    return run


def ways(model: GenerativeModel, batch: int) -> dict[str, Callable[[], np.ndarray]]:
    """The calls, by what the table calls them."""
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder:
        model.export(folder)
        served = tf.saved_model.load(folder)
    latents = tf.constant(model.draw(batch, seed=0))
    return {
        # Its functions live as long as what was loaded.
        REFERENCE: lambda: served.signatures["serving_default"](latents=latents)["images"].numpy(),
        "`model.sample(n)`": lambda: model.sample(batch, seed=0),
        "`model.generate(latents)`": lambda: model.generate(latents).numpy(),
    }
