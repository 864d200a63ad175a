"""The training run: a recipe and a folder, resumed where it was stopped, scored on the way."""

from typing import Any

__all__ = ["train"]


def __getattr__(name: str) -> Any:
    """Training needs TensorFlow; naming it does not."""
    if name == "train":
        from tfgen.training.run import train

        return train
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
