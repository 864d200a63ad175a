"""Averaged weights in place of the last ones."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras

from tfgen.models.adversarial_model import AdversarialModel
from tfgen.models.image_model import ImageModel

_BATCHES = 50
_BATCH_SIZE = 64


@contextmanager
def averaged_weights(model: ImageModel) -> Iterator[None]:
    """Within the block, the model's networks hold their exponential moving averages; afterwards the last weights again.

    Only variables whose optimizer has `use_ema=True` change, and with a generator's those of its batch normalisation:
    moving statistics are of the last weights' activations, so it takes the means over 50 batches that the averaged
    weights draw, the "standing statistics" of Brock et al. 2019 (arXiv 1809.11096).
    """
    # Of one that scales float16's losses, the optimizer within keeps the averages.
    averaged = [
        (optimizer, variables)
        for optimizer, variables in model.optimized_variables()
        if getattr(optimizer, "inner_optimizer", optimizer).use_ema
    ]
    changed = [variable for _, variables in averaged for variable in variables]
    draws = bool(averaged) and isinstance(model, AdversarialModel)
    if draws:
        changed += [variable for variable in model.generator.variables if not variable.trainable]
    last = [(variable, variable.numpy()) for variable in changed]
    try:
        for optimizer, variables in averaged:
            optimizer.finalize_variable_values(variables)
        if draws:
            _take_standing_statistics(model)
        yield
    finally:
        for variable, value in last:
            variable.assign(value)


def _take_standing_statistics(model: AdversarialModel) -> None:
    normalizations = [
        layer for layer in model.generator._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)
    ]
    if not normalizations:
        return
    momenta = [layer.momentum for layer in normalizations]
    try:
        for batch in range(_BATCHES):
            for layer in normalizations:
                # Of all batches so far, the mean.
                layer.momentum = batch / (batch + 1)
            latents = model.draw(_BATCH_SIZE, seed=batch)
            model.generate(*model.sampling_inputs(latents, model.default_labels(_BATCH_SIZE)), training=True)
    finally:
        for layer, momentum in zip(normalizations, momenta, strict=True):
            layer.momentum = momentum
