"""What the Hugging Face Hub reads of a model: its licence, task, data sets and scores, at the head of its page.

The keys are those of https://github.com/huggingface/hub-docs/blob/main/modelcard.md.
"""

import re
from typing import Any

from tfgen.data.idx import AS_PUBLISHED
from tfgen.recipes import Recipe
from tfgen.zoo.families import ancestors, family
from tfgen.zoo.rows import is_finite, is_of

_DATASETS = {
    "mnist": ("ylecun/mnist", "MNIST"),
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

    Returns:
        Keys of the Hub with strings, lists and dictionaries, without those that have nothing to say.
    """
    task = hub_task(recipe)
    name = recipe.table["data"]["name"]
    metadata = {
        **_license(card["weights"]["license"]),
        "library_name": "tfgen",
        "tags": _tags(recipe, task),
        "datasets": [_DATASETS[name][0]] if _is_published(name, card["data"]["origin"]) else [],
        # The Hub has no task of drawing images of a class.
        "pipeline_tag": None if task == _CONDITIONAL else task,
        "model-index": [{"name": card["name"], "results": results}] if (results := _results(card, recipe)) else [],
    }
    return {key: value for key, value in metadata.items() if value}


def hub_task(recipe: Recipe) -> str:
    """What the model is for, as the Hub calls its tasks; drawing images of a class is none of them."""
    classes = ancestors(recipe)
    if "Classifier" in classes:
        return "image-classification"
    if recipe.table["data"].get("labels"):
        return _CONDITIONAL
    if "DenoisingAutoencoder" in classes:
        return "image-to-image"
    # Its subclasses have codes without a prior.
    return "image-feature-extraction" if "Autoencoder" in classes else "unconditional-image-generation"


def _license(text: str) -> dict[str, str]:
    if text.lower() in _LICENSES:
        return {"license": text.lower()}
    link = re.search(r"https?://[^\s),;]+", text)
    words = text.replace(link[0], "") if link else text
    name = re.sub(r"[^a-z0-9.]+", "-", words.lower()).strip("-.")
    named = {"license": "other", "license_name": name or "see-license-link"}
    return named | ({"license_link": link[0]} if link else {})


def _tags(recipe: Recipe, task: str) -> list[str]:
    kind = family(recipe)
    families = {
        "gan": kind == "GAN",
        "vae": kind == "VAE",
        "autoencoder": kind in ("VAE", "autoencoder"),
        _CONDITIONAL: task == _CONDITIONAL,
    }
    tags = [tag for tag, member in families.items() if member]
    method = recipe.table["model"]["name"]
    return list(dict.fromkeys(["keras", *tags, *([] if ":" in method else [method.replace("_", "-")])]))


def _results(card: dict[str, Any], recipe: Recipe) -> list[dict[str, Any]]:
    """The finite scores of these weights, in one entry for each set of images that they compare with."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in filter(is_finite, card["scores"]):
        if not is_of(row, card) or "of the reference" in row["name"]:
            continue
        reference = row["reference"] or {"name": recipe.table["data"]["name"], "origin": card["data"]["origin"]}
        value = float(f"{row['value']:.6g}")
        # Of what no network saw, the name goes on with a unit or a constant.
        kind = row["name"] if row["extractor"] else re.split(r" on | \(|, ", row["name"])[0]
        metric = {"type": kind.lower().replace(" ", "_"), "value": value, "name": row["name"]}
        found.setdefault((reference["name"], reference["origin"]), []).append(metric)
    task = hub_task(recipe)
    return [
        {"task": {"type": task}, "dataset": _dataset(*images), "metrics": metrics} for images, metrics in found.items()
    ]


def _dataset(name: str, origin: str) -> dict[str, str]:
    """The images of a name such as `mnist:test`; of a folder, its name without where it is."""
    source, split = re.fullmatch(r"(.+?)(?::(\w+))?", name).groups()
    last = re.split(r"[/\\]", source.rstrip("/\\"))[-1]
    identifier, title = _DATASETS[source] if _is_published(source, origin) else (last, origin)
    return {"type": identifier, "name": title, **({"split": split} if split else {})}


def _is_published(name: str, origin: str) -> bool:
    """Whether images are the set that the Hub has, and no subset or lossy copy of it."""
    return name in _DATASETS and (AS_PUBLISHED in origin or origin.startswith("TensorFlow Datasets"))
