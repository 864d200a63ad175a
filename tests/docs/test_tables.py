"""The blocks of TOML and JSON: they parse, and recipes and parts of recipes make models."""

import json
import tomllib

import pytest
from pages import blocks_of, pages, text_of

from tfgen.recipes import find_recipe, list_recipes, make_recipe
from tfgen.recipes.build import build_model, compile_model

WHOLE = {"description", "steps", "data", "model", "networks"}
BASES = {"docs/autoencoders.md": "autoencoder_fashion_mnist"}
"""The recipe that the parts of recipes on a page are parts of, where it is not that of a GAN."""


def tables():
    blocks = [block for page in pages() for block in blocks_of(page, text_of(page))]
    return [pytest.param(block, id=block.place) for block in blocks if block.language == "toml"]


def completed(page, part):
    """A part of a recipe put into one of the zoo: one of its method's if it names one."""
    method = part.get("model", {}).get("name")
    same = [name for name in list_recipes() if find_recipe(name).table["model"]["name"] == method]
    table = dict(find_recipe(same[0] if same else BASES.get(page, "gan_fashion_mnist")).table)
    shape = {key: table["model"][key] for key in ("image_shape", "latent_dim") if key in table["model"]}
    for key, value in part.items():
        if key == "model" and method:
            table[key] = {**shape, **value}
        elif key in ("model", "networks", "data", "optimizers"):
            table[key] = {**table.get(key, {}), **value}
        else:
            table[key] = value
    if "optimizers" in part:
        table.pop("optimizer", None)
    return table


@pytest.mark.parametrize("block", tables())
def test_toml(block):
    table = tomllib.loads(block.text)
    assert table
    if block.page == "docs/benchmark.md":
        # A spec of the benchmark, whose method is the reader's own.
        return
    recipe = make_recipe(block.place, table if table.keys() >= WHOLE else completed(block.page, table))
    compile_model(recipe, build_model(recipe))


def test_json():
    for page in pages():
        for block in blocks_of(page, text_of(page)):
            if block.language == "json":
                assert json.loads(block.text), block.place
