"""What the Hugging Face Hub reads of a model: its licence, task, data sets and scores, at the head of its page.

The keys are those of https://github.com/huggingface/hub-docs/blob/main/modelcard.md.
"""

import re
from typing import Any

from tfgen.recipes import Recipe
from tfgen.zoo.rows import is_finite

_DATASETS = {
    "mnist": ("ylecun/mnist", "MNIST"),
    "binarized_mnist": ("ylecun/mnist", "binarized MNIST"),
    "fashion_mnist": ("zalando-datasets/fashion_mnist", "Fashion-MNIST"),
    "cifar10": ("uoft-cs/cifar10", "CIFAR-10"),
    "celeb_a": ("flwrlabs/celeba", "CelebA"),
}
_CONDITIONAL = "conditional-image-generation"

# https://huggingface.co/docs/hub/repositories-licenses, those that weights are likely to be under.
_LICENSES = """
apache-2.0 mit openrail bsd-2-clause bsd-3-clause cc0-1.0 cc-by-2.0 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0
cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0
cc-by-nc-sa-4.0 cdla-permissive-1.0 cdla-permissive-2.0 cdla-sharing-1.0 agpl-3.0 gpl-2.0 gpl-3.0 lgpl-2.1 lgpl-3.0
isc mpl-2.0 ms-pl odbl odc-by pddl unlicense wtfpl zlib
""".split()  # noqa: SIM905


def hub_metadata(card: dict[str, Any], recipe: Recipe) -> dict[str, Any]:
    """The metadata of a checkpoint's page, in the order in which it is written.

    Args:
        card: The checkpoint's.
        recipe: How it was trained.
    """
    task = hub_task(recipe)
    known = _DATASETS.get(recipe.table["data"]["name"])
    metadata = {
        **_license(card["weights"]["license"]),
        "library_name": "tfgen",
        "tags": _tags(recipe, task),
        "datasets": [known[0]] if known else [],
        # The Hub has no task of drawing images of a class.
        "pipeline_tag": None if task == _CONDITIONAL else task,
        "model-index": [{"name": card["name"], "results": results}] if (results := _results(card, recipe)) else [],
    }
    return {key: value for key, value in metadata.items() if value}


def hub_task(recipe: Recipe) -> str:
    """What the model is for, as the Hub calls its tasks; drawing images of a class is none of them."""
    method = recipe.table["model"]["name"]
    if method == "classifier":
        return "image-classification"
    if recipe.table["data"].get("labels"):
        return _CONDITIONAL
    if method == "denoising_autoencoder":
        return "image-to-image"
    if method.endswith("autoencoder") and "adversarial" not in method:
        return "image-feature-extraction"
    return "unconditional-image-generation"


def _license(text: str) -> dict[str, str]:
    if text.lower() in _LICENSES:
        return {"license": text.lower()}
    link = re.search(r"https?://[^\s),;]+", text)
    words = text.replace(link[0], "") if link else text
    name = re.sub(r"[^a-z0-9.]+", "-", words.lower()).strip("-.")
    named = {"license": "other", "license_name": name or "see-license-link"}
    return named | ({"license_link": link[0]} if link else {})


def _tags(recipe: Recipe, task: str) -> list[str]:
    method = recipe.table["model"]["name"]
    variational = "vae" in method or method == "iwae"
    families = {
        "gan": "gan" in method,
        "vae": variational,
        "autoencoder": variational or "autoencoder" in method or method == "wae",
        _CONDITIONAL: task == _CONDITIONAL,
    }
    tags = [*(family for family, member in families.items() if member), method.replace("_", "-")]
    return list(dict.fromkeys(["keras", *tags]))


def _results(card: dict[str, Any], recipe: Recipe) -> list[dict[str, Any]]:
    """The finite scores, in one entry for each set of images that they compare with."""
    metrics: dict[str, list[dict[str, Any]]] = {}
    for row in filter(is_finite, card["scores"]):
        compared_with = row["reference"]["name"] if row["reference"] else recipe.table["data"]["name"]
        value = float(f"{row['value']:.6g}")
        # Under the plain name of a metric stands what the field means by it: FID by Inception alone.
        kind = row["metric"] if "[" not in row["name"] else row["name"].lower().replace(" ", "_")
        metrics.setdefault(compared_with, []).append({"type": kind, "value": value, "name": row["name"]})
    task = {"type": hub_task(recipe)}
    return [{"task": task, "dataset": _dataset(name), "metrics": rows} for name, rows in metrics.items()]


def _dataset(name: str) -> dict[str, str]:
    """The images of a name such as `mnist:test`; of a folder, its name without where it is."""
    source, split = re.fullmatch(r"(.+?)(?::(\w+))?", name).groups()
    last = re.split(r"[/\\]", source.rstrip("/\\"))[-1]
    identifier, title = _DATASETS.get(source, (last, last))
    return {"type": identifier, "name": title, **({"split": split} if split else {})}
