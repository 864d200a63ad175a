"""The card of a checkpoint as a page to read, with a head for the Hugging Face Hub."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from tfgen.files import atomic_path
from tfgen.recipes import Recipe, read_recipe
from tfgen.zoo.entries import FIRST_STEPS, LOG, SCORES
from tfgen.zoo.hub_metadata import hub_metadata, hub_task
from tfgen.zoo.presenting import PICTURES, caption, use_of
from tfgen.zoo.rows import describe, is_of
from tfgen.zoo.words import duration, shape

_RECORDS = {
    LOG: "its losses while it trained",
    SCORES: "its scores meanwhile",
    FIRST_STEPS: "the losses at some of its first steps, every bit of them",
}
_INTENDED_USES = {
    "image-classification": "The class of an image like its training data, and features of it that metrics compare by",
    "image-feature-extraction": "Codes of images like its training data, and images of codes",
    "image-to-image": "Clean images of noisy ones like its training data",
    "conditional-image-generation": "Images like its training data, of a class that is asked for",
    "unconditional-image-generation": "Images like its training data, drawn at random",
}


def write_readme(folder: Path, card: dict[str, Any]) -> None:
    """Writes a checkpoint's `README.md` from its card, and the recipe, pictures and records beside it."""
    recipe = read_recipe(folder / "recipe.toml")
    files = [file for file in (*PICTURES, *_RECORDS) if (folder / file).is_file()]
    head = yaml.safe_dump(hub_metadata(card, recipe), sort_keys=False, allow_unicode=True, width=120)
    with atomic_path(folder / "README.md") as temporary:
        text = "\n".join(_lines(card, recipe, files))
        temporary.write_text(f"---\n{head}---\n\n{text}\n", encoding="utf-8")


def in_words(classes: Sequence[str]) -> str:
    """The names of classes, each with the number that it is asked for by."""
    if list(classes) == [str(number) for number in range(len(classes))]:
        return ", ".join(classes)
    return ", ".join(f"{number} {name}" for number, name in enumerate(classes))


def _lines(card: dict[str, Any], recipe: Recipe, files: Sequence[str]) -> Iterator[str]:
    name, task = card["name"], hub_task(recipe)
    size = shape(recipe.table["model"]["image_shape"])
    yield f"# {name}\n\n{card['description']}\n"
    for file, (title, _) in PICTURES.items():
        if file in files:
            yield f"![{title}]({file})\n\n{caption(file, card)}\n"
    yield f"## Intended use\n\n{_INTENDED_USES[task]}: {size}. To study generative models and to compare them.\n"
    yield from _use(name, recipe)
    yield from _data(card["data"])
    yield from _training(card, files)
    yield from _scores(card)
    yield f"## Limitations\n\n- It knows images like its training data, {size}, and no others."
    if "samples.png" in files:
        yield "- Nothing keeps it from drawing an image close to one that it was trained on."
    yield "- A score compares with scores of the same protocol only.\n"
    if notes := card.get("notes"):
        yield "## Notes\n"
        yield from (f"- {note}" for note in notes)
        yield ""
    weights = card["weights"]
    yield "## Weights\n"
    whole = f" of its {weights['network']} alone" if "network" in weights else ""
    precision = f", {weights['precision']}" if "precision" in weights else ""
    yield f"{weights['bytes']:,} bytes{whole}{precision}, sha256 `{weights['sha256']}` (licence: {weights['license']})."


def _use(name: str, recipe: Recipe) -> Iterator[str]:
    importing, *lines = use_of(name, recipe)
    yield "## How to use\n\nWith tfgen, a zoo of generative models on Keras 3:\n"
    yield "\n".join(["```python", importing, "", *lines, "```\n"])
    yield f'A copy of this folder loads by its path: `tfgen.zoo.load("./{name}")`.\n'


def _data(data: dict[str, Any]) -> Iterator[str]:
    yield "## Training data\n\n| | |\n|---|---|"
    facts = {"trained on": f"{data['images']:,} images, {data['origin']} (licence: {data['license']})"}
    if classes := data.get("classes"):
        facts["classes"] = in_words(classes)
    for name, fact in facts.items():
        escaped = fact.replace("|", "\\|")
        yield f"| {name} | {escaped} |"
    yield ""


def _training(card: dict[str, Any], files: Sequence[str]) -> Iterator[str]:
    training = card["training"]
    yield "## Training\n\n| | |\n|---|---|"
    yield f"| training | {training['steps']:,} steps, seed {training['seed']}, {duration(training['seconds'])} |"
    if selected := training.get("selected"):
        name, value, images, extractor, settings = describe(selected)
        measured = "; ".join(filter(None, (images, extractor, settings)))
        yield f"| weights of | step {selected['step']:,}, the best {name} while it trained: {value} ({measured}) |"
    yield f"| versions | {', '.join(f'{name} {version}' for name, version in card['versions'].items())} |"
    if machine := card.get("machine"):
        yield f"| machine | {', '.join(f'{key} {value}' for key, value in machine.items())} |"
    yield f"\n`recipe.toml` states all of it; `tfgen train {card['name']}` runs it again.\n"
    if records := [f"`{file}` has {_RECORDS[file]}" for file in files if file in _RECORDS]:
        apart = ", made apart: on what, `card.json` says under `first_steps`" if "first_steps" in card else ""
        yield f"{'; '.join(records)}{apart}.\n"


def _scores(card: dict[str, Any]) -> Iterator[str]:
    yield "## Evaluation\n"
    if not card["scores"]:
        yield "No scores measured yet.\n"
        return
    yield "| score | value | images | extractor | settings |\n|---|---|---|---|---|"
    for row in card["scores"]:
        yield f"| {' | '.join(describe(row))} |"
    yield "\nEach row's whole protocol is in `card.json`.\n"
    earlier: dict[str, list[str]] = {}
    for row in card["scores"]:
        if not is_of(row, card):
            earlier.setdefault(str(row["subject"].get("checkpoint_sha256")), []).append(row["name"])
    for measured, names in earlier.items():
        yield f"Measured on an earlier file of these weights, sha256 `{measured}`: {', '.join(names)}.\n"
