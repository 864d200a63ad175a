"""What a spec has to say, checked before anything is trained."""

from collections.abc import Mapping
from typing import Any

from tfgen.errors import TfgenError
from tfgen.registry import UnknownNameError

VARIANTS = ("as_published", "corrected")

_SPEC = {
    "title": str,
    "note": str,
    "variant": str,
    "seed": int,
    "threads": int,
    "compare": list,
    "methods": dict,
    "batch_size": int,
    "latent_dim": int,
    "network_arguments": dict,
    "optimizer": dict,
    "compile": dict,
    "scoring": dict,
    "datasets": dict,
    "ranges": dict,
    "phases": list,
    "published": dict,
}
_TABLES = {
    "spec": _SPEC,
    "scoring": {
        "extractor": str,
        "resizer": str,
        "quantise": bool,
        "samples": int,
        "reference_samples": int,
        "settings": dict,
    },
    "dataset": {
        "title": str,
        "name": str,
        "image_shape": list,
        "options": dict,
        "steps": int,
        "score_every": int,
        "metrics": list,
        "extractor": str,
        "reference": str,
    },
    "method": {
        "title": str,
        "model": dict,
        "networks": dict,
        "optimizers": list,
        "batch_norm_in": list,
        "metrics": list,
        "default": dict,
        "ranges": dict,
    },
    "phase": {
        "name": str,
        "ranges": str,
        "best_of": str,
        "datasets": list,
        "configurations": int,
        "seeds": int,
        "first_seed": int,
    },
}
_NEEDED = {
    "spec": ("title", "variant", "seed", "threads", "compare", "phases"),
    "dataset": ("name", "image_shape", "steps", "score_every"),
    "method": ("model", "networks", "default"),
    "phase": ("name", "datasets", "seeds"),
}
_FROM_0 = ("seed", "first_seed")
# Of two of them the sum is a seed still.
_MOST = 2**31 - 1
_WORDS = {str: "text in quotes", int: "a whole number", bool: "true or false", dict: "a table", list: "a list"}


def check_spec(table: Mapping[str, Any]) -> None:
    """Checks a spec's own keys.

    Raises:
        TfgenError: If one is missing, unknown or of the wrong type.
    """
    check_table("spec", "the spec", table)
    if table["variant"] not in VARIANTS:
        raise TfgenError(f"variant of the spec is {table['variant']!r}; it is {' or '.join(VARIANTS)}")
    _check_names("compare of the spec", table["compare"])
    for name, entry in (*table["ranges"].items(), *table.get("network_arguments", {}).items()):
        if not isinstance(entry, Mapping):
            raise TfgenError(f"{name} of the spec is {entry!r}; write it as a table")
    check_table("scoring", "scoring", table["scoring"])


def check_table(kind: str, where: str, table: Any) -> None:
    """Checks the keys of a spec, a method, a data set, a phase or the scoring.

    Args:
        kind: Which of these.
        where: What to call it.
        table: What the spec has.

    Raises:
        TfgenError: If it is no table, or a key is missing, unknown or of the wrong type.
    """
    if not isinstance(table, Mapping):
        raise TfgenError(f"{where} is {table!r}; write it as a table")
    known = _TABLES[kind]
    for key, value in table.items():
        if key not in known:
            raise TfgenError(f"{where} has an unknown key {key!r}; known are {', '.join(known)}")
        wanted, least = known[key], 0 if key in _FROM_0 else 1
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise TfgenError(f"{key} of {where} is {value!r}; it is {_WORDS[wanted]}")
        if wanted is int and value < least:
            raise TfgenError(f"{key} of {where} is {value!r}; it is a whole number, {least} or more")
        if wanted is int and value > _MOST:
            raise TfgenError(f"{key} of {where} is {value!r}; it is at most {_MOST}")
    if missing := [key for key in _NEEDED.get(kind, ()) if table.get(key) in (None, "", [])]:
        raise TfgenError(f"{where} does not say {', '.join(missing)}")


def check_phases(table: Mapping[str, Any]) -> None:
    """Checks a spec's phases, which refer to its ranges, its data sets and each other.

    Raises:
        TfgenError: If one cannot be followed.
    """
    own = (each for method in table["methods"].values() for each in method.get("ranges", {}))
    known = sorted({*table["ranges"], *own})
    before: dict[str, Mapping[str, Any]] = {}
    for phase in table["phases"]:
        where = f"the phase {phase.get('name', '')!r}" if isinstance(phase, Mapping) else "a phase"
        check_table("phase", where, phase)
        if phase["name"] in before:
            raise TfgenError(f"two phases are called {phase['name']!r}; give each a name of its own")
        _check_names(f"datasets of {where}", phase["datasets"])
        for name in phase["datasets"]:
            if name not in table["datasets"]:
                raise TfgenError(str(UnknownNameError("dataset", name, sorted(table["datasets"]))))
        if ("ranges" in phase) == ("best_of" in phase):
            raise TfgenError(f"{where} needs either ranges, which it searches, or best_of, another phase")
        if "ranges" not in phase:
            _check_best_of(where, phase, before)
        elif phase["ranges"] not in known:
            raise TfgenError(str(UnknownNameError("range", phase["ranges"], known)))
        elif phase["seeds"] > 1:
            raise TfgenError(
                f"{where} has {phase['seeds']} seeds; a search trains each configuration once, and a phase with "
                "best_of the best of them as often as it says"
            )
        before[phase["name"]] = phase


def _check_best_of(where: str, phase: Mapping[str, Any], before: Mapping[str, Mapping[str, Any]]) -> None:
    search = before.get(phase["best_of"], {})
    if "ranges" not in search or not set(phase["datasets"]) <= set(search["datasets"]):
        raise TfgenError(
            f"{where} is the best of {phase['best_of']!r}, which is no search before it on the same datasets"
        )
    if "configurations" in phase:
        raise TfgenError(f"{where} has configurations, and the best of {phase['best_of']!r} is one; leave them out")
    for name, other in before.items():
        if other.get("best_of") == phase["best_of"]:
            raise TfgenError(f"{where} and {name!r} are the best of the same search; make one of them, with all seeds")


def _check_names(where: str, names: list[Any]) -> None:
    for name in names:
        if not isinstance(name, str) or names.count(name) > 1:
            raise TfgenError(f"{where} has {name!r}; it is a list of names, each of them once")
