"""Averaged weights in place of the last ones."""

from collections.abc import Iterator
from contextlib import contextmanager

from tfgen.models.image_model import ImageModel


@contextmanager
def averaged_weights(model: ImageModel) -> Iterator[None]:
    """Within the block, the model's networks hold their exponential moving averages; afterwards the last weights again.

    Only variables whose optimizer has `use_ema=True` change; batch normalisation keeps its last moving statistics.
    """
    # Of one that scales float16's losses, the optimizer within keeps the averages.
    averaged = [
        (optimizer, variables)
        for optimizer, variables in model.optimized_variables()
        if getattr(optimizer, "inner_optimizer", optimizer).use_ema
    ]
    last = [(variable, variable.numpy()) for _, variables in averaged for variable in variables]
    for optimizer, variables in averaged:
        optimizer.finalize_variable_values(variables)
    try:
        yield
    finally:
        for variable, value in last:
            variable.assign(value)
