"""Scores of several checkpoints side by side: those that were measured alike, and no others."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tfgen.errors import TfgenError
from tfgen.zoo.entries import card
from tfgen.zoo.rows import describe, is_finite, protocol

_ARROWS = {True: " ↑", False: " ↓", None: ""}


class Score(NamedTuple):
    """One score of several checkpoints, by one protocol.

    Attributes:
        title: What it is called, and an arrow to where better is.
        protocol: How it was measured, in words.
        rows: The cards' rows by the name of the checkpoint, the best first; as asked for where no direction is better.
    """

    title: str
    protocol: str
    rows: Mapping[str, Mapping[str, Any]]


def compare(names: Sequence[str], metrics: Sequence[str] = ()) -> list[Score]:
    """The scores on the cards of several checkpoints; two stand together only if they were measured alike.

    Args:
        names: Checkpoints of the zoo.
        metrics: Those whose scores are told, as `tfgen evaluate --metrics` names them; all if none is named.

    Raises:
        RecipeError: If there is no such checkpoint; the message lists the near names.
        CheckpointError: If one has no weights yet; the message names the command that trains them.
        TfgenError: If no card has a score of these metrics.
    """
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for name in names:
        for row in card(name)["scores"]:
            if not metrics or row["metric"] in metrics:
                found.setdefault(protocol(row), {})[name] = row
    if not found:
        metric = f" of {', '.join(metrics)}" if metrics else ""
        raise TfgenError(
            f"the cards of {', '.join(names)} have no score{metric}; `tfgen evaluate NAME --card` puts them there"
        )
    scores = [_score(rows) for rows in found.values()]
    meant: dict[str, set[str]] = {}
    for score in scores:
        meant.setdefault(score.protocol, set()).add(_circumstances(score))
    return [score if len(meant[score.protocol]) == 1 else _in_full(score) for score in scores]


def _score(rows: Mapping[str, Mapping[str, Any]]) -> Score:
    one = next(iter(rows.values()))
    words = describe({**one, "subject": {**one["subject"], "name": "each"}})
    told = "; ".join(filter(None, (words.images, words.extractor, words.settings)))
    sign = {True: -1, False: 1, None: 0}[one["higher_is_better"]]
    ranked = sorted(rows, key=lambda name: (not is_finite(rows[name]), sign * (rows[name]["value"] or 0)))
    return Score(one["name"] + _ARROWS[one["higher_is_better"]], told, {name: rows[name] for name in ranked})


def _circumstances(score: Score) -> str:
    """All of its protocol but what is measured."""
    return protocol({**next(iter(score.rows.values())), "name": "", "settings": {}})


def _in_full(score: Score) -> Score:
    """The score with all of its protocol that words leave out: the network's weights, where the images come from."""
    one = next(iter(score.rows.values()))
    parts = {"reference": one["reference"] or {}, "extractor": one["extractor"] or {}, "seed": {"": one["seed"]}}
    told = ", ".join(f"{part} {key} {value}".strip() for part, each in parts.items() for key, value in each.items())
    return score._replace(protocol=f"{score.protocol}; {told}")


def markdown(names: Sequence[str], scores: Sequence[Score]) -> Iterator[str]:
    """Lines of Markdown: a row for each checkpoint with a column for each score, and how each was measured."""
    protocols = list(dict.fromkeys(score.protocol for score in scores))
    heads = [f"{score.title} ({1 + protocols.index(score.protocol)})" for score in scores]
    yield f"| {' | '.join(['checkpoint', 'steps', *heads])} |"
    yield f"|{'---|' * (2 + len(heads))}"
    for name in names:
        values = [describe(score.rows[name]).value if name in score.rows else "" for score in scores]
        training = card(name)["training"]
        steps = training.get("selected", {}).get("step", training["steps"])
        yield f"| {' | '.join([f'`{name}`', f'{steps:,}', *values])} |"
    yield ""
    for number, told in enumerate(protocols, 1):
        yield f"{number}. {told}"
