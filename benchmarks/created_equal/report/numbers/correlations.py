"""How the score goes with each hyper-parameter: Spearman's rank correlation."""

import math
from collections.abc import Mapping

from .searches import Row, Search, hyperparameters, result

# With fewer configurations a correlation is chance.
FEWEST = 8


def varied(search: Search) -> list[str]:
    """The hyper-parameters that any method's search changed, in their order."""
    seen: dict[str, set] = {}
    for method, rows in search.tried.items():
        for row in rows:
            for name, value in hyperparameters(row).items():
                seen.setdefault(name, set()).add((method, value))
    return [name for name, values in seen.items() if len(values) > len({method for method, _ in values})]


def values_and_scores(rows: list[Row], name: str) -> list[tuple[float, float]]:
    """A hyper-parameter beside the score, infinity where there is none; text and failed trials are left out."""
    pairs = []
    for row in rows:
        value = hyperparameters(row).get(name)
        if row["status"] != "failed" and isinstance(value, bool | int | float):
            score = result(row)
            pairs.append((float(value), math.inf if score is None else score))
    return pairs


def correlations(search: Search) -> dict[str, Mapping[str, float | None]]:
    """Spearman's rank correlation by method and hyper-parameter; a trial without a score ranks behind all others.

    Returns:
        None where the method's search did not change it, or in fewer than 8 trials; no entry where the method lacks it.
    """
    found: dict[str, dict[str, float | None]] = {}
    for method, rows in search.tried.items():
        found[method] = {}
        for name in varied(search):
            if any(name in hyperparameters(row) for row in rows):
                found[method][name] = _correlation(values_and_scores(list(rows), name))
    return found


def _correlation(pairs: list[tuple[float, float]]) -> float | None:
    from scipy.stats import spearmanr

    values, scores = zip(*pairs, strict=True) if pairs else ((), ())
    if len(pairs) < FEWEST or len(set(values)) < 2 or len(set(scores)) < 2:
        return None
    return float(spearmanr(values, scores).statistic)
