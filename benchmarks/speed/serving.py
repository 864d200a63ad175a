"""The exported SavedModel's latency, by batch, against the same call in Python."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .jobs import find_job
from .measurement import Measurement
from .rounds import interleaved
from .settings import Settings

BATCHES = (1, 8, 64)
CALLS = 20


def measure(job: str, batch: int, settings: Settings) -> Measurement:
    """Times calls of a generator with a batch of latents, by each way that there is."""
    sized = find_job(job, **settings.sizes)
    with tempfile.TemporaryDirectory() as folder:
        calls, served = ways(job, batch, Path(folder), settings.sizes)
        for call in calls.values():
            call()
        seconds = interleaved(
            {name: lambda call=call: _seconds(call) for name, call in calls.items()},
            settings.rounds,
            f"Serving: {sized.title}, batch {batch}",
        )
        # A signature's functions live as long as what was loaded.
        del served
    return Measurement(f"Latency: {sized.title}, batch {batch}", "ms", "SavedModel", seconds)


def ways(job: str, batch: int, folder: Path, sizes: dict[str, Any]) -> tuple[dict[str, Callable[[], Any]], Any]:
    """The calls, by what the table calls them, and the SavedModel, which has to be kept as long as they are made."""
    import tensorflow as tf

    from .tfgen_training import compiled_model

    model = compiled_model(find_job(job, **sizes))
    model.export(folder)
    served = tf.saved_model.load(str(folder))
    latents = tf.constant(model.draw(batch, seed=0))
    signature = served.signatures["serving_default"]
    calls = {
        "SavedModel": lambda: signature(latents=latents)["images"].numpy(),
        "`model.sample(n)`": lambda: model.sample(batch, seed=0),
        "`model.generate(latents)`": lambda: model.generate(latents).numpy(),
    }
    return calls, served


def _seconds(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    for _ in range(CALLS):
        call()
    return (time.perf_counter() - start) / CALLS
