"""A spec: what is trained, on what, how often and how it is scored, as one TOML file."""

import copy
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import tomli_w

from tfgen.data import DATASETS
from tfgen.errors import TfgenError
from tfgen.registry import UnknownNameError

from .checks import VARIANTS, check_phases, check_spec, check_table
from .entries import check_entries, check_names
from .ranges import KINDS, Range, read_range

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Phase:
    """A part of a study: a search, or the best of one trained again.

    Attributes:
        name: What rows call it.
        datasets: Keys of the spec's `datasets`.
        ranges: What configurations are drawn from; None if they are the best of another phase.
        configurations: How many of each method, the default first.
        best_of: The search whose best configuration of each data set and method is trained.
        seeds: How many trainings of each configuration.
        first_seed: Their seeds count from here.
    """

    name: str
    datasets: tuple[str, ...]
    ranges: str | None
    configurations: int
    best_of: str | None
    seeds: int
    first_seed: int


@dataclass(frozen=True)
class Spec:
    """A study as it is to be run.

    Attributes:
        table: Everything that it depends on, as `spec.toml` of its folder holds it, checked.
    """

    table: dict[str, Any]

    @property
    def title(self) -> str:
        """One line for reports."""
        return self.table["title"]

    @property
    def seed(self) -> int:
        """Of the searches."""
        return self.table["seed"]

    @property
    def threads(self) -> int:
        """Of each training, which its last bits depend on."""
        return self.table["threads"]

    @property
    def methods(self) -> dict[str, dict[str, Any]]:
        """The methods that are compared, in order, as the variant has them."""
        return self.table["methods"]

    @property
    def datasets(self) -> dict[str, dict[str, Any]]:
        """The data sets of all phases, as the variant has them."""
        return self.table["datasets"]

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """In the order in which they are trained."""
        return tuple(
            Phase(
                phase["name"],
                tuple(phase["datasets"]),
                phase.get("ranges"),
                phase.get("configurations", 1),
                phase.get("best_of"),
                phase["seeds"],
                phase.get("first_seed", 0),
            )
            for phase in self.table["phases"]
        )

    def ranges(self, phase: Phase, method: str) -> dict[str, Range]:
        """What a phase draws a method's hyper-parameters from: its own ranges before those of all methods."""
        default = self.methods[method]["default"]
        common = self.table["ranges"].get(phase.ranges, {})
        own = self.methods[method].get("ranges", {}).get(phase.ranges, {})
        if unknown := sorted(own.keys() - default.keys()):
            raise TfgenError(
                f"methods.{method}.ranges.{phase.ranges} has {unknown[0]!r}, which is not among the defaults "
                f"{', '.join(default)}; give it a default"
            )
        found = {**{key: entry for key, entry in common.items() if key in default}, **own}
        return {
            key: read_range(f"the range {phase.ranges} of {key} of {method}", entry) for key, entry in found.items()
        }

    def to_toml(self) -> str:
        """The spec as a TOML file's text."""
        return tomli_w.dumps(self.table)


def preset_names() -> list[str]:
    """The presets that come with tfgen, sorted."""
    return sorted(path.stem for path in (_HERE / "presets").glob("*.toml"))


def find_spec(name_or_path: str) -> Spec:
    """A preset by its name, or a spec of your own by the path of its TOML file.

    Raises:
        TfgenError: If there is none, or it cannot be followed; the message names the key.
    """
    if not name_or_path.endswith(".toml"):
        if name_or_path not in preset_names():
            raise TfgenError(
                f"{UnknownNameError('preset', name_or_path, preset_names())}; a spec of your own ends in .toml"
            )
        return make_spec(_read(_HERE / "presets" / f"{name_or_path}.toml"))
    if not Path(name_or_path).is_file():
        raise TfgenError(f"there is no spec at {name_or_path}; give the path of a TOML file, or --preset")
    return make_spec(_read(Path(name_or_path)))


def make_spec(table: Mapping[str, Any]) -> Spec:
    """A spec from what its file says, over what the study says.

    Raises:
        TfgenError: If something is missing, unknown, empty or of the wrong type.
    """
    merged = _merged(_read(_HERE / "study.toml"), table)
    check_spec(merged)
    check_entries(merged)
    names, variant, known = merged["compare"], merged["variant"], merged["methods"]
    merged["methods"] = {name: _variant("method", name, known, variant) for name in names}
    check_phases(merged)
    check_names(merged, known)
    used = dict.fromkeys(name for phase in merged["phases"] for name in phase["datasets"])
    merged["datasets"] = {name: _variant("dataset", name, merged["datasets"], variant) for name in used}
    spec = Spec(merged)
    for phase in spec.phases:
        for method in spec.methods if phase.ranges else ():
            _check_search(spec, phase, method)
    return spec


def stored_spec(path: Path) -> Spec:
    """The spec that `Spec.to_toml` wrote into a study's folder."""
    return Spec(_read(path))


def differences(there: Mapping[str, Any], here: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Where two specs differ, one line each.

    But for the published figures and the note, which no trial depends on, and for the folders where data is: each
    machine may have its own.
    """
    found = []
    for key in sorted({*there, *here} - ({"published", "note"} if not prefix else set())):
        theirs, ours = there.get(key), here.get(key)
        if prefix.startswith("datasets.") and key == "name" and _is_path(theirs) and _is_path(ours):
            continue
        if isinstance(theirs, Mapping) and isinstance(ours, Mapping):
            found += differences(theirs, ours, f"{prefix}{key}.")
        elif theirs != ours:
            found.append(f"{prefix}{key} is {json.dumps(theirs)} there and {json.dumps(ours)} here")
    return found


def _is_path(name: Any) -> bool:
    return isinstance(name, str) and Path(name).is_absolute()


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TfgenError(f"{path} is no TOML file: {error}") from error


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of nested tables with those of `above` in their place; lists, values and ranges are taken whole."""
    merged = copy.deepcopy(dict(below))
    for key, value in above.items():
        inner = merged.get(key)
        both = isinstance(inner, dict) and isinstance(value, Mapping) and not KINDS & {*inner, *value}
        merged[key] = _merged(inner, value) if both else copy.deepcopy(value)
    return merged


def _variant(kind: str, name: str, tables: Mapping[str, Any], variant: str) -> dict[str, Any]:
    """A method's or a data set's table with what its variant changes."""
    if name not in tables:
        raise TfgenError(str(UnknownNameError(kind, name, sorted(tables))))
    table = _merged(tables[name], tables[name].get(variant, {}))
    table = {key: value for key, value in table.items() if key not in VARIANTS}
    if kind == "dataset" and isinstance(path := table.get("name"), str) and Path(path).expanduser().exists():
        # Found from wherever a process runs; a registered name comes before a path.
        table["name"] = path if path in DATASETS.names() else str(Path(path).expanduser().resolve())
    check_table(kind, f"the {kind} {name}", table)
    return table


def _check_search(spec: Spec, phase: Phase, method: str) -> None:
    drawn = spec.ranges(phase, method)
    if phase.configurations > 1 and not any(len(set(each.values)) > 1 for each in drawn.values()):
        raise TfgenError(
            f"the phase {phase.name!r} draws {phase.configurations} configurations of {method}, all alike; "
            f"give methods.{method}.ranges.{phase.ranges} a range"
        )
