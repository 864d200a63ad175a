"""The checkpoints that tfgen ships: sound, and what their cards, recipes and pictures say."""

import json
import math
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tfgen.json_lines import read_rows
from tfgen.zoo import card, list_models, load, verify
from tfgen.zoo.comparison import compare, markdown
from tfgen.zoo.entries import find
from tfgen.zoo.readme import write_readme
from tfgen.zoo.rows import describe

SHIPPED = [name for name in list_models() if find(name).card]
COMPARED = ["gan", "lsgan", "wgan", "wgan_gp", "dragan", "began", "sngan"]
EXPECTED = [
    "autoencoder_fashion_mnist",
    "dcgan_fashion_mnist",
    "dcgan_fashion_mnist.tiny",
    "vae_fashion_mnist",
    "acgan_fashion_mnist",
    "cgan_fashion_mnist",
    "infogan_mnist",
    "cgan_mnist",
    "dcgan_celeba",
    "dcgan_mnist",
    "gan_mnist.lucic",
    "vae_celeba",
    "vae_mnist.lucic",
    *(f"{name}_fashion_mnist" for name in COMPARED),
]
LICENSES = {"celeb_a": "non-commercial research only (https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html)"}
"""Of weights that were trained on data sets whose licence passes on to them."""

METHODS = Path(__file__).parents[2] / "docs" / "methods.md"
DRAWING = [name for name in SHIPPED if find(name).recipe.table["model"]["name"] != "classifier"]


@pytest.mark.parametrize("name", EXPECTED)
def test_has_a_card(name):
    assert name in SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_is_sound(name):
    assert verify(name).largest_difference <= card(name)["golden"]["tolerance"] <= 1e-3


@pytest.mark.parametrize("name", DRAWING)
def test_samples_are_what_the_model_draws(name):
    shown = np.asarray(Image.open(find(name).folder / "samples.png")).astype(int)
    drawn = np.squeeze(load(name).contact_sheet(64, seed=0)).astype(int)
    assert shown.shape == drawn.shape
    assert np.abs(shown - drawn).max() <= 1


@pytest.mark.parametrize("name", SHIPPED)
def test_card_and_recipe_agree(name):
    entry = find(name)
    assert entry.card["name"] == name
    assert entry.card["description"] == entry.recipe.description
    assert (entry.card["training"]["steps"], entry.card["training"]["seed"]) == (entry.recipe.steps, entry.recipe.seed)
    assert entry.card["data"]["images"] > 0
    assert entry.card["data"]["license"]
    assert entry.card["weights"]["license"] == LICENSES.get(entry.recipe.table["data"]["name"], "Apache-2.0")


@pytest.mark.parametrize("name", SHIPPED)
def test_folder(name, tmp_path):
    entry = find(name)
    files = {path.name for path in entry.folder.iterdir()}
    pictures = {"samples.png", "reconstructions.png", "traversals.png"}
    optional = pictures | {"log.jsonl", "scores.jsonl"}
    assert files - optional == {"README.md", "card.json", "model.weights.h5", "recipe.toml", "first_steps.jsonl"}
    assert ("samples.png" in files) == (name in DRAWING)
    # These licences forbid to show the data.
    assert "reconstructions.png" not in files or entry.recipe.table["data"]["name"] not in LICENSES
    assert (entry.folder / "recipe.toml").read_text().startswith("# ")
    readme = (entry.folder / "README.md").read_text()
    assert entry.card["weights"]["sha256"] in readme
    for file in files & optional | {"recipe.toml", "first_steps.jsonl"}:
        shutil.copyfile(entry.folder / file, tmp_path / file)
    write_readme(tmp_path, entry.card)
    assert (tmp_path / "README.md").read_text() == readme
    # No path of the machine that it was trained on.
    assert not re.search(r"(?<![\w/])/(home|root|tmp|work|Users)/", json.dumps(entry.card) + readme)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_record_of_its_first_steps(name):
    entry = find(name)
    rows = read_rows(entry.folder / "first_steps.jsonl")
    assert [row["step"] for row in rows] == [1, *range(20, min(200, entry.recipe.steps) + 1, 20)]
    assert all(math.isfinite(value) for row in rows for value in row.values())
    assert set(entry.first_steps_made_on["machine"]) == {"processor", "cores"}


@pytest.mark.parametrize("name", [name for name in SHIPPED if "selected" in card(name)["training"]])
def test_what_it_was_selected_by_was_measured_again(name):
    stated = card(name)
    selected = stated["training"]["selected"]
    (row,) = [row for row in stated["scores"] if row["name"] == selected["name"]]
    assert row["subject"]["checkpoint_sha256"] == stated["weights"]["sha256"]
    assert (row["extractor"], row["reference"]["name"]) == (selected["extractor"], selected["reference"]["name"])
    # Fewer samples give a higher FID.
    if row["subject"]["images"] == selected["subject"]["images"]:
        assert row["value"] == pytest.approx(selected["value"], rel=1e-3)
    else:
        assert row["value"] < selected["value"]


# Lucic et al. 2018, table 2: 6.8 of the non-saturating GAN and, as we recall it, 23.8 of the VAE.
@pytest.mark.parametrize(("name", "published", "highest"), [("gan", 6.8, 12.0), ("vae", 23.8, 1.2 * 23.8)])
def test_mnist_by_the_protocol_of_the_study(name, published, highest):
    entry = find(f"{name}_mnist.lucic")
    assert entry.recipe.table["data"] == {"name": "mnist", "batch_size": 64}
    assert entry.recipe.steps == 15_625
    (row,) = [row for row in entry.card["scores"] if row["name"] == "FID"]
    _, _, images, extractor, _ = describe(row)
    assert images.endswith(" against 10,000 of mnist:test")
    assert row["subject"]["images"] == 10_000
    assert extractor == "inception_2015, tf1_bilinear, float"
    assert row["value"] <= highest
    assert f"{published} ±" in " ".join(entry.card["notes"])


def test_all_together_are_no_larger_than_they_may_be():
    assert sum(card(name)["weights"]["bytes"] for name in SHIPPED) <= 80e6


def test_the_compared_share_data_length_seed_and_generator():
    tables = [find(f"{name}_fashion_mnist").recipe.table for name in COMPARED]
    for same in ("data", "steps", "seed"):
        assert all(table[same] == tables[0][same] for table in tables)
    assert all(table["networks"]["generator"] == tables[0]["networks"]["generator"] for table in tables)
    assert all(table["model"]["latent_dim"] == 100 for table in tables)
    assert all(table["optimizers"]["generator"]["ema_momentum"] == 0.999 for table in tables)


def test_the_tables_of_the_docs_are_what_the_cards_say():
    pattern = r"<!-- compare ([^>]*) --metrics ([^>]*) -->\n\n(.*?)\n\n<!-- end of compare -->"
    first, second = re.findall(pattern, METHODS.read_text(), re.DOTALL)
    assert first[0].split() == [f"{name}_fashion_mnist" for name in COMPARED]
    for names, metrics, table in (first, second):
        assert table == "\n".join(markdown(names.split(), compare(names.split(), metrics.split(","))))


@pytest.mark.parametrize("name", ["acgan_fashion_mnist", "cgan_fashion_mnist"])
def test_of_a_conditional_models_samples_nine_in_ten_are_what_the_label_asks_for(name):
    classifier = load("fashion_mnist_classifier")
    labels = np.arange(500) % 10
    found = np.argmax(classifier.classify(load(name).sample(500, seed=1, labels=labels)), axis=1)
    stated = next(row for row in card(name)["scores"] if row["metric"] == "label_accuracy")
    assert stated["value"] >= 0.9
    # Four standard deviations of 500 draws.
    assert np.mean(found == labels) > stated["value"] - 4 * np.sqrt(0.09 / 500)
