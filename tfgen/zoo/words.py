"""Amounts as pages of the zoo write them."""

from collections.abc import Sequence


def size(count: int) -> str:
    """A number of bytes."""
    return f"{count / 1e6:.2f} MB" if count < 1e7 else f"{count / 1e6:,.0f} MB"


def duration(seconds: float) -> str:
    """A time."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def length(steps: int) -> str:
    """How long a training is."""
    return f"{steps:,} steps"


def shape(image_shape: Sequence[int]) -> str:
    """Height, width and colours."""
    height, width, channels = image_shape
    return f"{height} × {width}, {'grey' if channels == 1 else 'colour' if channels == 3 else f'{channels} channels'}"
