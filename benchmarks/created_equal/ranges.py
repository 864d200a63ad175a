"""What a search draws its configurations from."""

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

from tfgen.errors import TfgenError

if TYPE_CHECKING:
    import numpy as np

Value = bool | int | float | str

KINDS = frozenset({"choice", "uniform", "log10"})


@dataclass(frozen=True)
class Range:
    """The values of one hyper-parameter.

    Attributes:
        kind: `"choice"` of some values, `"uniform"` between two numbers, or `"log10"`, 10 to the power of a number that
            is uniform between two.
        values: The choices, or the two numbers.
        default: The value of a search's first configuration, in place of the method's.
    """

    kind: str
    values: tuple[Value, ...]
    default: Value | None = None

    def draw(self, random: "np.random.Generator") -> Value:
        """One value."""
        if self.kind == "choice":
            return self.values[random.integers(len(self.values))]
        value = float(random.uniform(*self.values))
        return 10.0**value if self.kind == "log10" else value


def read_range(where: str, entry: Any) -> Range:
    """A range as a spec writes it: `{choice = [1, 5]}`, `{uniform = [0, 1]}`, `{log10 = [-5, -2]}`, or a value alone.

    Args:
        where: What it is the range of, for messages.
        entry: What the spec has.

    Raises:
        TfgenError: If it is none of these, or holds no value.
    """
    if not isinstance(entry, Mapping):
        return Range("choice", (entry,))
    kinds = [kind for kind in entry if kind != "default"]
    if len(kinds) != 1 or kinds[0] not in KINDS or not isinstance(entry[kinds[0]], list):
        raise TfgenError(
            f"{where} is {entry}; a range is a value, {{choice = [1, 5]}}, {{uniform = [0, 1]}} or {{log10 = [-5, -2]}}"
        )
    kind, values = kinds[0], entry[kinds[0]]
    if not values:
        raise TfgenError(f"{where} is an empty range; give it at least one value")
    if kind == "choice" and not all(isinstance(value, Value) for value in values):
        raise TfgenError(f"{where} is {entry}; a choice is among numbers, texts, true and false")
    if kind != "choice":
        if len(values) != 2 or not all(isinstance(value, Real) and math.isfinite(value) for value in values):
            raise TfgenError(f"{where} is {entry}; {kind} takes its two ends, numbers, as in {{{kind} = [-5, -2]}}")
        if values[0] > values[1]:
            raise TfgenError(f"{where} is an empty range, from {values[0]} to {values[1]}; give the lower end first")
    return Range(kind, tuple(values), entry.get("default"))


def configuration(
    ranges: Mapping[str, Range], default: Mapping[str, Value], index: int, *, seed: int, stream: str
) -> dict[str, Value]:
    """The hyper-parameters of one configuration of a search.

    The first is the default. Of the others each value has a random number generator of its own, so that neither more
    configurations nor another hyper-parameter change what is drawn.

    Args:
        ranges: By hyper-parameter; what has none keeps its default.
        default: The method's own settings.
        index: Number of the configuration, from 0.
        seed: Of the search.
        stream: Name of the search, which keeps its draws apart from those of others.
    """
    # Here, since every command of tfgen loads this module, and few draw.
    from numpy.random import default_rng

    if index == 0:
        return {name: _default_of(ranges.get(name), value) for name, value in default.items()}
    drawn = {}
    for name, value in default.items():
        if name in ranges:
            key = zlib.crc32(f"{stream}/{name}".encode())
            value = ranges[name].draw(default_rng([seed, key, index]))
        drawn[name] = value
    return drawn


def _default_of(found: Range | None, value: Value) -> Value:
    return value if found is None or found.default is None else found.default
