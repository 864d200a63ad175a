"""Tables in Markdown."""

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are numbers, set to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def with_deviation(mean: float, deviation: float | None) -> str:
    """A mean with its deviation over draws, where there were several."""
    return f"{mean:.4g}" if deviation is None else f"{mean:.4g} ± {deviation:.2g}"
