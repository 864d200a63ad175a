"""What a row says of a trial, whoever ran it and however it ended."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .trials import Trial

STATUSES = ("done", "diverged", "failed", "untrained")
"""How a trial ends: `untrained` is the best of a search in which nothing came to a score."""


def score_of(row: Mapping[str, Any]) -> float | None:
    """What a trial counts by: its lowest score, unless it failed on the way.

    One that diverged counts by its checkpoints before, as every method's training may be stopped at its best.
    """
    return row["best"]["value"] if row["best"] is not None and row["status"] != "failed" else None


def identity(trial: Trial) -> dict[str, Any]:
    """Which trial a row is of."""
    return {
        "trial": trial.number,
        **{key: getattr(trial, key) for key in ("phase", "dataset", "method", "configuration", "seed")},
        "hyperparameters": trial.hyperparameters,
    }


def untrained() -> dict[str, Any]:
    """What a row says of a training that never began."""
    return {"recipe": None, "ended_at": 0, "score": None, "scores": [], "best": None, "last": None, "protocol": None}


def untrained_row(trial: Trial, error: str, status: str = "failed", **circumstances: Any) -> dict[str, Any]:
    """The row of a trial that no process could finish, or that there is nothing to train for."""
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    return {**identity(trial), "status": status, "error": error, **untrained(), "finished": finished, **circumstances}


def outcome(row: Mapping[str, Any]) -> dict[str, Any]:
    """What of a row is the same wherever and however often its trial is run, on the same kind of machine."""
    told = ("trial", "phase", "dataset", "method", "configuration", "seed", "hyperparameters", "recipe")
    found = ("status", "ended_at", "error", "score", "scores", "best", "last", "protocol", "threads")
    return {key: row.get(key) for key in (*told, *found)}
