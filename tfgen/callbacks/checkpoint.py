"""The state of a training, whole, in one file."""

from pathlib import Path
from typing import Any

import keras
import numpy as np

from tfgen.errors import CheckpointError, DivergenceError
from tfgen.files import atomic_path
from tfgen.models.image_model import ImageModel


class Checkpoint(keras.callbacks.Callback):
    """Saves the state of the training at the end of every epoch; `restore_checkpoint` goes on from there.

    The state is every variable of the model and of its optimizers: weights, momenta, averaged weights, step counts and
    the state of the random numbers. The file is replaced in one go, so that a kill at any moment leaves a whole one.

    Args:
        path: The file, `.npz`.

    Raises:
        DivergenceError: If a weight is not finite; the last good checkpoint stays.
    """

    def __init__(self, path: Path):
        super().__init__()
        self.path = Path(path)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        state = {name: variable.numpy() for name, variable in _variables(self.model).items()}
        for name, value in state.items():
            if np.issubdtype(value.dtype, np.floating) and not np.isfinite(value).all():
                step = self.model.trained_steps
                raise DivergenceError(f"the training diverged by step {step:,}: {name.split(' ', 1)[1]} is not finite")
        with atomic_path(self.path) as temporary, temporary.open("wb") as file:
            np.savez(file, **state)


def restore_checkpoint(model: ImageModel, path: Path) -> int:
    """Puts the state that `Checkpoint` saved into a compiled model.

    Args:
        model: A model built and compiled as the saved one was.
        path: The file.

    Returns:
        The number of steps that the state has seen.

    Raises:
        CheckpointError: If the file is damaged, or of another model.
    """
    variables = list(_variables(model).values())
    try:
        with np.load(path, allow_pickle=False) as saved:
            # By position: Keras numbers the names of a process' second model and optimizer.
            state = [saved[name] for name in sorted(saved.files)]
    except Exception as error:  # Of a damaged zip, anything: NotImplementedError, RuntimeError, struct.error, ...
        raise CheckpointError(f"{path} is damaged ({error}); remove it to start the training again") from error
    if [tuple(variable.shape) for variable in variables] != [value.shape for value in state]:
        raise CheckpointError(f"{path} is the state of another model; give this run an output folder of its own")
    for variable, value in zip(variables, state, strict=True):
        variable.assign(value)
    return model.trained_steps


def _variables(model: ImageModel) -> dict[str, keras.Variable]:
    variables = list(model.variables)
    for optimizer, _ in model.optimized_variables():
        variables += optimizer.variables
    return {f"{index:04d} {variable.path}": variable for index, variable in enumerate(variables)}
