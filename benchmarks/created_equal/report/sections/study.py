"""What all sections are written from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...spec import Spec
from ..numbers.searches import Row, Search, searches
from ..page.blocks import Cell


@dataclass(frozen=True)
class Study:
    """A spec and the rows of the trials that have ended."""

    spec: Spec
    rows: Sequence[Row]

    @cached_property
    def searches(self) -> list[Search]:
        """The rows, sorted."""
        return searches(self.spec, self.rows)

    @cached_property
    def places(self) -> dict[str, int]:
        """The methods' places in the spec, which their colours go by."""
        return {method: place for place, method in enumerate(self.spec.methods)}

    @cached_property
    def titles(self) -> dict[int, str]:
        """The methods' titles by their places."""
        return {place: self.title(method) for method, place in self.places.items()}

    def title(self, method: str) -> str:
        """What a reader calls a method."""
        return self.spec.methods[method].get("title", method)

    def cell(self, method: str) -> Cell:
        """A method's title beside its colour."""
        return Cell(self.title(method), method=self.places[method])

    def by_place(self, found: dict[str, object]) -> dict[int, object]:
        """What is kept by methods, by their places, in order."""
        return {self.places[method]: found[method] for method in self.in_order(found)}

    def in_order(self, methods: Iterable[str]) -> list[str]:
        """Methods in the spec's order."""
        return sorted(methods, key=self.places.__getitem__)
