"""Numbers and lists as reports and commands write them."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .report.summaries import Spread

NONE = "–"


def number(value: float | None) -> str:
    """Three significant digits, or all before the point."""
    if value is None:
        return NONE
    size = abs(value)
    if size >= 99.95:
        return f"{value:,.0f}"
    if size >= 9.995:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.995 or value == 0 else f"{value:#.3g}"


def whole(value: int | None) -> str:
    """A count or a step."""
    return NONE if value is None else f"{value:,}"


def share(value: float | None) -> str:
    """A number in [0, 1] with three digits after the point."""
    return NONE if value is None else f"{value:.3f}"


def mean_and_deviation(found: "Spread | None", words=number) -> str:
    """A mean, with its deviation where there is one; both with the mean's digits."""
    if found is None:
        return NONE
    mean = words(found.mean)
    if found.deviation is None:
        return mean
    if "e" in mean:
        return f"{mean} ± {words(found.deviation)}"
    return f"{mean} ± {found.deviation:.{len(mean.partition('.')[2])}f}"


def seconds(value: float | None) -> str:
    """A time in its largest units: 4.2 s, 3 min 20 s, 5 h 10 min, 3.1 days."""
    if value is None:
        return NONE
    if value < 60:
        return f"{value:.1f} s"
    if value < 3600:
        return f"{int(value) // 60} min {int(value) % 60} s"
    if value < 48 * 3600:
        return f"{int(value) // 3600} h {int(value) % 3600 // 60} min"
    return f"{value / 86400:.1f} days"


def memory(value: float | None) -> str:
    """Bytes as MiB."""
    return NONE if value is None else f"{value / 2**20:,.0f} MiB"


def plain(value: Any) -> str:
    """A setting, or nested tables of settings: batch_norm yes, or infogan: width 16, batch_norm_momentum 0.99."""
    if isinstance(value, Mapping):
        tables = any(isinstance(each, Mapping) for each in value.values())
        pairs = (f"{key}{':' if isinstance(each, Mapping) else ''} {plain(each)}" for key, each in value.items())
        return ("; " if tables else ", ").join(pairs)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def counted(count: int, one: str, many: str | None = None) -> str:
    """A number of things: 1 trial, 2 trials."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(words: Iterable[str]) -> str:
    """Words as a sentence lists them: a, b and c."""
    *most, last = list(words) or [""]
    return f"{', '.join(most)} and {last}" if most else last
