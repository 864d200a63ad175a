"""The card of a checkpoint as a page to read."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tfgen.files import atomic_path
from tfgen.zoo.rows import describe

_PICTURES = {
    "samples.png": "Samples of seed 0",
    "reconstructions.png": "Held-out images, each row above its reconstructions",
}


def write_readme(folder: Path, card: dict[str, Any]) -> None:
    """Writes a checkpoint's `README.md` from its card and the pictures beside it."""
    pictures = {file: caption for file, caption in _PICTURES.items() if (folder / file).is_file()}
    with atomic_path(folder / "README.md") as temporary:
        temporary.write_text("\n".join(_lines(card, pictures)) + "\n", encoding="utf-8")


def in_words(classes: Sequence[str]) -> str:
    """The names of classes, each with the number that it is asked for by."""
    if list(classes) == [str(number) for number in range(len(classes))]:
        return ", ".join(classes)
    return ", ".join(f"{number} {name}" for number, name in enumerate(classes))


def _lines(card: dict[str, Any], pictures: dict[str, str]) -> Iterator[str]:
    data, training, weights = card["data"], card["training"], card["weights"]
    use = (
        "images = model.sample(64, seed=0)"
        if "samples.png" in pictures
        else "probabilities = model.classify(images)  # images float32 (n, height, width, channels) in [-1, 1]"
    )
    yield f"# {card['name']}\n\n{card['description']}\n"
    yield f'```python\nimport tfgen\n\nmodel = tfgen.zoo.load("{card["name"]}")\n{use}\n```\n'
    for file, caption in pictures.items():
        yield f"{caption}:\n\n![{caption}]({file})\n"
    yield "| | |\n|---|---|"
    yield f"| trained on | {data['images']:,} images, {data['origin']} (licence: {data['license']}) |"
    if classes := data.get("classes"):
        named = in_words(classes).replace("|", "\\|")
        yield f"| classes | {named} |"
    yield f"| training | {training['steps']:,} steps, seed {training['seed']}, {training['seconds'] / 60:.0f} minutes |"
    if selected := training.get("selected"):
        name, value, images, extractor, settings = describe(selected)
        measured = "; ".join(filter(None, (images, extractor, settings)))
        yield f"| weights of | step {selected['step']:,}, the best {name} while it trained: {value} ({measured}) |"
    yield f"| versions | {', '.join(f'{name} {version}' for name, version in card['versions'].items())} |"
    yield (f"| weights | {weights['bytes']:,} bytes, sha256 `{weights['sha256']}` (licence: {weights['license']}) |\n")
    yield from _scores(card["scores"])
    yield f"The run again, from its recipe: `tfgen train {card['name']}`"


def _scores(scores: list[dict[str, Any]]) -> Iterator[str]:
    if not scores:
        yield "No scores measured yet.\n"
        return
    yield "| score | value | images | extractor | settings |\n|---|---|---|---|---|"
    for row in scores:
        yield f"| {' | '.join(describe(row))} |"
    yield "\nEach row's whole protocol is in `card.json`.\n"
