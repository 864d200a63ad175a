"""Training steps a second: tfgen in each way that it can be compiled, PyTorch, and a plain Keras loop."""

import statistics

from .contenders import Contender, compete
from .jobs import find_job
from .measurement import Measurement
from .settings import Settings

STEPS_PER_EXECUTION = 5
REFERENCE = "tfgen, `fit`"
XLA = "tfgen, XLA"
EAGER = "PyTorch, eager"
MACHINE = ("product", "copy")


def contenders(job: str, settings: Settings) -> dict[str, Contender]:
    """Who trains the job, by what the table calls them."""
    options = {"job": job, **settings.sizes}

    def ours(jit_compile: bool | str, steps: int = 1) -> Contender:
        how = {"loop": "fit", "jit_compile": jit_compile, "steps_per_execution": steps}
        return Contender("tfgen_training", {**options, **how}, multiple=steps)

    found = {
        REFERENCE: ours("auto"),
        f"tfgen, {STEPS_PER_EXECUTION} steps an execution": ours("auto", STEPS_PER_EXECUTION),
        XLA: ours(True),
        "Keras, a plain example": Contender("keras_training", options),
    }
    if settings.pytorch:
        found |= {
            EAGER: Contender("torch_training", options),
            "PyTorch, fused Adam, channels last": Contender("torch_training", {**options, "tuned": True}),
            "PyTorch, `torch.compile`": Contender("torch_training", {**options, "compiled": True}),
        }
    return found


def measure(job: str, settings: Settings) -> Measurement:
    """Times the job's contenders, beside a matrix product and a copy."""
    machine = {what: Contender("arithmetic", {"what": what, "threads": settings.threads}) for what in MACHINE}
    title = f"Training: {find_job(job, **settings.sizes).title}"
    found = compete(title, "steps/s", REFERENCE, contenders(job, settings) | machine, settings)
    return with_notes(found, job, settings)


def with_notes(found: Measurement, job: str, settings: Settings) -> Measurement:
    """The measurement with the machine's speeds and the step's floor said in sentences under it, not in its rows."""
    from .arithmetic import COPIED_BYTES, PRODUCT_FLOPS, step_cost

    cost = step_cost(find_job(job, **settings.sizes))
    found.notes.append(
        f"A step takes at the least {cost.flops / 1e9:.1f} GFLOP of convolutions and dense layers, and Adam moves "
        f"{cost.optimizer_bytes / 1e9:.2f} GB."
    )
    seconds = [found.seconds.pop(what, None) for what in MACHINE]
    for what in MACHINE:
        found.peak_mib.pop(what, None)
    if None in seconds:
        # The table says why.
        return found
    product, copy = map(statistics.median, seconds)
    found.notes.append(
        f"Beside it a plain matrix product reached {PRODUCT_FLOPS / product / 1e9:.0f} GFLOP/s and a plain copy "
        f"{2 * COPIED_BYTES / copy / 1e9:.1f} GB/s (read and written)."
    )
    # The two limits add up: the optimizer waits for the gradients.
    floor = cost.flops / PRODUCT_FLOPS * product + cost.optimizer_bytes / (2 * COPIED_BYTES) * copy
    shares = [
        f"{name} is at {100 * floor / statistics.median(found.seconds[name]):.0f} %"
        for name in (REFERENCE, XLA, EAGER)
        if name in found.seconds
    ]
    found.notes.append(f"At these two speeds a step would take {floor * 1000:.0f} ms: {', '.join(shares)}.")
    return found
