"""How a checkpoint is shown to people: its pictures, and the lines that load and use it."""

import json
from typing import Any

from tfgen.recipes import Recipe
from tfgen.zoo.hub_metadata import hub_task

PICTURES = {
    "samples.png": ("Samples", "Images that it draws, of seed 0."),
    "reconstructions.png": ("Reconstructions", "Held-out images, each row above its reconstructions."),
    "traversals.png": ("Traversals", "Each row changes one latent component and keeps the others."),
}
"""Files of a checkpoint's folder, with a heading and what is to be seen."""

_IMAGES = "float32 (n, height, width, channels) in [-1, 1]"
_LINES = {
    "image-classification": f"probabilities = model.classify(images)  # images {_IMAGES}",
    "image-feature-extraction": f"codes = model.encode(images)  # images {_IMAGES}",
    "image-to-image": f"clean = model.reconstruct(noisy)  # both {_IMAGES}",
}


def use_of(name: str, recipe: Recipe) -> list[str]:
    """Three lines of Python: import, load, use."""
    use = _LINES.get(hub_task(recipe), "images = model.sample(64, seed=0)")
    return ["import tfgen", f"model = tfgen.zoo.load({json.dumps(name)})", use]


def caption(file: str, card: dict[str, Any]) -> str:
    """What is to be seen on one of a checkpoint's pictures."""
    words = PICTURES[file][1]
    if file != "traversals.png" or "traversals" not in card:
        return words
    numbers = ",".join(map(str, card["traversals"]))
    return f"{words} `tfgen latent traverse {card['name']} --coordinate {numbers} --n 1` walks the same ways."
