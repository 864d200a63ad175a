"""Names and tables of a spec's entries, checked: a misspelt one would change nothing, without a word."""

from collections.abc import Mapping
from typing import Any

from tfgen.errors import TfgenError
from tfgen.evaluation.scores import METRICS
from tfgen.networks import NETWORKS
from tfgen.registry import UnknownNameError

from .checks import VARIANTS


def check_entries(table: Mapping[str, Any]) -> None:
    """Checks that methods and data sets are tables, as are their variants and ranges.

    Raises:
        TfgenError: If one is not.
    """
    for kind, key in (("method", "methods"), ("dataset", "datasets")):
        for name, entry in table[key].items():
            _check_is_table(f"the {kind} {name}", entry)
            for variant in VARIANTS:
                _check_is_table(f"{variant} of the {kind} {name}", entry.get(variant, {}))
            _check_is_table(f"ranges of the {kind} {name}", ranges := entry.get("ranges", {}))
            for each, found in ranges.items():
                _check_is_table(f"ranges.{each} of the {kind} {name}", found)


def check_names(table: Mapping[str, Any], known_methods: Mapping[str, Any]) -> None:
    """Checks what the spec says for several methods: hyper-parameters, ranges, networks, settings of metrics.

    Args:
        table: The spec, checked but for its names; its methods are those that are compared.
        known_methods: All methods that it could compare.

    Raises:
        TfgenError: If a name is not known.
    """
    defaults = {key for method in known_methods.values() for key in _table(method, "default")}
    for name, ranges in table["ranges"].items():
        _check_known("hyper-parameter", ranges, defaults, f"ranges.{name}")
    ranges = {*table["ranges"], *(phase["ranges"] for phase in table["phases"] if "ranges" in phase)}
    for name, method in table["methods"].items():
        _check_known("range", method.get("ranges", {}), ranges, f"ranges of methods.{name}")
        _check_known("network", method.get("batch_norm_in", ()), method["networks"], f"batch_norm_in of methods.{name}")
    used = {_file(each) for method in known_methods.values() for each in _table(method, "networks").values()}
    _check_known("network", table["network_arguments"], {*used, *map(_file, NETWORKS.names())}, "network_arguments")
    _check_known("metric", table["scoring"].get("settings", {}), METRICS.names(), "scoring.settings")


def _check_is_table(where: str, entry: Any) -> None:
    if not isinstance(entry, Mapping):
        raise TfgenError(f"{where} is {entry!r}; write it as a table")


def _table(entry: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Of a method that is not compared, and so not checked."""
    found = entry.get(key)
    return found if isinstance(found, Mapping) else {}


def _check_known(kind: str, names: Any, known: Any, where: str) -> None:
    for name in names:
        if name not in known:
            raise TfgenError(f"{where}: {UnknownNameError(kind, name, sorted(known))}")


def _file(network: Any) -> str:
    name = network.get("name") if isinstance(network, Mapping) else network
    return str(name).partition(".")[0]
