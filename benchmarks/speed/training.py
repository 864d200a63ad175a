"""Training steps a second: tfgen in each way that it can be compiled, PyTorch, and a plain Keras loop."""

import statistics

from .contenders import Contender, compete, spread
from .jobs import find_job
from .measurement import Measurement
from .settings import Settings

STEPS_PER_EXECUTION = 5
REFERENCE = "tfgen, `fit`"
EAGER = "PyTorch, eager"


def contenders(job: str, settings: Settings) -> dict[str, Contender]:
    """Who trains the job, by what the table calls them, with the machine's own speeds at the end."""
    options = {"job": job, **settings.sizes}

    def ours(loop: str, jit_compile: bool | str, steps: int = 1) -> Contender:
        how = {"loop": loop, "jit_compile": jit_compile, "steps_per_execution": steps}
        return Contender("tfgen_training", {**options, **how}, multiple=steps)

    several = f"{STEPS_PER_EXECUTION} steps an execution"
    found = {
        REFERENCE: ours("fit", "auto"),
        "tfgen, the bare compiled step": ours("bare", "auto"),
        f"tfgen, {several}": ours("fit", "auto", STEPS_PER_EXECUTION),
        "tfgen, XLA": ours("fit", True),
        "tfgen, XLA, the bare compiled step": ours("bare", True),
        f"tfgen, XLA, {several}": ours("fit", True, STEPS_PER_EXECUTION),
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
    machine = {what: Contender("arithmetic", {"what": what}) for what in ("product", "copy")}
    title = f"Training: {find_job(job, **settings.sizes).title}"
    found = compete(title, "steps/s", REFERENCE, contenders(job, settings) | machine, settings)
    return with_notes(found, job, settings)


def with_notes(found: Measurement, job: str, settings: Settings) -> Measurement:
    """The measurement with the machine's speeds and `fit`'s overhead said in sentences under it."""
    from .arithmetic import COPIED_BYTES, PRODUCT_FLOPS, step_cost

    cost = step_cost(find_job(job, **settings.sizes))
    products, copies = (found.seconds.pop(what) for what in ("product", "copy"))
    for what in ("product", "copy"):
        found.peak_mib.pop(what)
    for name, fit, bare in (
        ("graph", REFERENCE, "tfgen, the bare compiled step"),
        ("XLA", "tfgen, XLA", "tfgen, XLA, the bare compiled step"),
    ):
        if fit in found.seconds and bare in found.seconds:
            pairs = zip(found.seconds[fit], found.seconds[bare], strict=True)
            overhead = spread([100 * (whole / step - 1) for whole, step in pairs])
            found.notes.append(f"`fit` over the bare compiled step, {name}: {overhead}.")
    product, copy = statistics.median(products), statistics.median(copies)
    found.notes.append(
        f"A step is {cost.flops / 1e9:.1f} GFLOP of convolutions and dense layers, and Adam moves "
        f"{cost.optimizer_bytes / 1e9:.2f} GB. Beside it a plain matrix product reached "
        f"{PRODUCT_FLOPS / product / 1e9:.0f} GFLOP/s and a plain copy {2 * COPIED_BYTES / copy / 1e9:.1f} GB/s (read "
        "and written)."
    )
    # The two limits add up: the optimizer waits for the gradients.
    floor = cost.flops / PRODUCT_FLOPS * product + cost.optimizer_bytes / (2 * COPIED_BYTES) * copy
    for name in (REFERENCE, "tfgen, XLA", EAGER):
        if name in found.seconds:
            share = 100 * floor / statistics.median(found.seconds[name])
            found.notes.append(
                f"At these two speeds a step would take {floor * 1000:.0f} ms: {name} is at {share:.0f} %."
            )
    return found
