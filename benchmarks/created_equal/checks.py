"""What a spec has to say, checked before anything is trained."""

from collections.abc import Mapping
from typing import Any

from tfgen.errors import TfgenError
from tfgen.registry import UnknownNameError

VARIANTS = ("as_published", "corrected")

_KEYS = {
    "title": str,
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
_REQUIRED = ("title", "variant", "seed", "threads", "compare", "phases")
_TABLE_KEYS = {
    "scoring": ("extractor", "resizer", "quantise", "samples", "reference_samples", "settings", "batch_size"),
    "dataset": ("title", "name", "image_shape", "options", "steps", "score_every", "metrics", "extractor", "reference"),
    "method": ("title", "model", "networks", "optimizers", "batch_norm_in", "metrics", "default", "ranges"),
    "phase": ("name", "ranges", "best_of", "datasets", "configurations", "seeds", "first_seed"),
}
_NEEDED = {
    "dataset": ("name", "image_shape", "steps", "score_every"),
    "method": ("model", "networks", "default"),
    "phase": ("name", "datasets", "seeds"),
}
_COUNTS = {
    "dataset": ("steps", "score_every"),
    "phase": ("configurations", "seeds"),
    "spec": ("threads", "batch_size", "latent_dim"),
}


_WORDS = {str: "text in quotes", int: "a whole number", dict: "a table", list: "a list"}


def check_spec(table: Mapping[str, Any]) -> None:
    """Checks a spec's own keys.

    Raises:
        TfgenError: If one is missing, unknown or of the wrong type.
    """
    for key, value in table.items():
        if key not in _KEYS:
            raise TfgenError(f"the spec has an unknown key {key!r}; known are {', '.join(_KEYS)}")
        if not isinstance(value, _KEYS[key]) or isinstance(value, bool):
            raise TfgenError(f"{key} of the spec is {value!r}; it is {_WORDS[_KEYS[key]]}")
    if missing := [key for key in _REQUIRED if table.get(key) in (None, "", [])]:
        raise TfgenError(f"the spec does not say {', '.join(missing)}")
    if table["variant"] not in VARIANTS:
        raise TfgenError(f"variant of the spec is {table['variant']!r}; it is {' or '.join(VARIANTS)}")
    _check_counts("the spec", table, _COUNTS["spec"])
    check_table("scoring", "scoring", table["scoring"])


def check_table(kind: str, where: str, table: Any) -> None:
    """Checks the keys of a method, a data set, a phase or the scoring.

    Args:
        kind: Which of these.
        where: What to call it.
        table: What the spec has.

    Raises:
        TfgenError: If it is no table, or a key is missing or unknown.
    """
    if not isinstance(table, Mapping):
        raise TfgenError(f"{where} is {table!r}; write it as a table")
    if unknown := sorted(table.keys() - set(_TABLE_KEYS[kind])):
        raise TfgenError(f"{where} has an unknown key {unknown[0]!r}; known are {', '.join(_TABLE_KEYS[kind])}")
    if missing := [key for key in _NEEDED.get(kind, ()) if key not in table]:
        raise TfgenError(f"{where} does not say {', '.join(missing)}")
    _check_counts(where, table, _COUNTS.get(kind, ()))


def check_phases(table: Mapping[str, Any]) -> None:
    """Checks a spec's phases, which refer to its ranges, its data sets and each other.

    Raises:
        TfgenError: If one cannot be followed.
    """
    own = (each for method in table["methods"].values() for each in method.get("ranges", {}))
    known = sorted({*table["ranges"], *own})
    searches: dict[str, Mapping[str, Any]] = {}
    for phase in table["phases"]:
        where = f"the phase {phase.get('name', '')!r}" if isinstance(phase, Mapping) else "a phase"
        check_table("phase", where, phase)
        if phase["name"] in searches:
            raise TfgenError(f"two phases are called {phase['name']!r}; give each a name of its own")
        searches[phase["name"]] = phase
        if not isinstance(phase["datasets"], list) or not phase["datasets"]:
            raise TfgenError(f"datasets of {where} is {phase['datasets']!r}; it is a list of names")
        for name in phase["datasets"]:
            if name not in table["datasets"]:
                raise TfgenError(str(UnknownNameError("dataset", name, sorted(table["datasets"]))))
        if ("ranges" in phase) == ("best_of" in phase):
            raise TfgenError(f"{where} needs either ranges, which it searches, or best_of, another phase")
        if "ranges" in phase:
            if phase["ranges"] not in known:
                raise TfgenError(str(UnknownNameError("range", phase["ranges"], known)))
            continue
        search = searches.get(phase["best_of"], {})
        if "ranges" not in search or not set(phase["datasets"]) <= set(search["datasets"]):
            raise TfgenError(
                f"{where} is the best of {phase['best_of']!r}, which is no search before it on the same datasets"
            )


def _check_counts(where: str, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in keys:
        value = table.get(key, 1)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise TfgenError(f"{key} of {where} is {value!r}; it is a whole number, 1 or more")
