"""What a method's weights and rates may be."""

import math


def check_not_negative(**constants: float) -> None:
    """Refuses constants that are negative or not finite, by the names that they are given under.

    Raises:
        ValueError: If one is.
    """
    for name, value in constants.items():
        if not (value >= 0 and math.isfinite(value)):
            raise ValueError(f"{name} is {value}; it is a finite number, 0 or more")
