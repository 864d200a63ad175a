"""Recipes as text: what is read, what is refused in one sentence, what is overridden."""

import copy
import tomllib

import pytest

from tfgen.recipes import Recipe, RecipeError, make_recipe, read_recipe


def test_reading(table, tmp_path):
    path = tmp_path / "gan_pictures.tag" / "recipe.toml"
    path.parent.mkdir()
    path.write_text("# A comment\n" + make_recipe("x", table).to_toml())
    recipe = read_recipe(path)
    assert recipe == Recipe("gan_pictures.tag", table)
    assert (recipe.steps, recipe.seed, recipe.report_every, recipe.image_shape) == (200, 3, 50, (8, 8, 1))
    assert recipe.description == "A recipe for tests"
    assert read_recipe(path.rename(tmp_path / "other.toml")).name == "other"


def test_round_trip_through_toml(table):
    assert tomllib.loads(make_recipe("x", table).to_toml()) == table


def test_report_every_has_a_default(table):
    del table["report_every"]
    # Of a training of 200 steps a tenth; of a long one 500.
    assert make_recipe("x", table).report_every == 20
    assert make_recipe("x", {**table, "steps": 15_000}).report_every == 500
    assert make_recipe("x", {**table, "steps": 3}).report_every == 1


@pytest.mark.parametrize("content", [b"steps = ", b"\xff\xfe"])
def test_what_is_not_toml_is_named(content, tmp_path):
    (tmp_path / "bad.toml").write_bytes(content)
    with pytest.raises(RecipeError, match=r"bad\.toml is not a TOML file: "):
        read_recipe(tmp_path / "bad.toml")


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("stepz", 5, "recipe x has an unknown key 'stepz'; known are description, seed, steps, report_every, data, mo"),
        ("steps", "many", "recipe x: steps is 'many'; it has to be a whole number"),
        ("steps", 1.5, "recipe x: steps is 1.5; it has to be a whole number"),
        ("steps", True, "recipe x: steps is True; it has to be a whole number"),
        ("steps", 0, "recipe x: steps is 0; it is a whole number, 1 or more"),
        ("report_every", -1, "recipe x: report_every is -1; it is a whole number, 1 or more"),
        ("model", "gan", "recipe x: model is 'gan'; it has to be a table"),
        ("model.image_shape", [8, 8], "recipe x: model.image_shape is [8, 8]; write it as [height, width, channels]"),
        ("model.image_shape", 8, "recipe x: model.image_shape is 8; write it as [height, width, channels]"),
        ("data.image_size", 8, "recipe x: data.image_size is what model.image_shape says already; leave it out"),
        ("data.batch_size", 0.5, "recipe x: data.batch_size is 0.5; it is a whole number, 1 or more"),
        ("networks.generator", "mlp.generator", "recipe x: networks.generator is 'mlp.generator'; write it as a table"),
        ("optimizers.generator", "adam", "recipe x: optimizers.generator is 'adam'; write it as a table"),
        ("start", {"encoder": {}}, "recipe x: start.encoder is no network of the recipe; it has generator, discrim"),
        ("start", {"generator": "dcgan"}, "recipe x: start.generator is 'dcgan'; write a table of its checkpoint, and"),
        ("start", {"generator": {"network": "decoder"}}, "recipe x: start.generator is {'network': 'decoder'}; write"),
        ("start", {"generator": {"checkpoint": "x", "step": 3}}, "recipe x: start.generator is {'checkpoint': 'x', '"),
        ("optimizer", {"name": "adam"}, "recipe x needs either [optimizer], or [optimizers.<network>] for each"),
    ],
)
def test_wrong_values_get_one_sentence(table, path, value, sentence):
    *parents, key = path.split(".")
    inner = table
    for parent in parents:
        inner = inner[parent]
    inner[key] = value
    with pytest.raises(RecipeError) as caught:
        make_recipe("x", table)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


def test_everything_that_is_missing_is_named(table):
    del table["seed"], table["networks"], table["data"]["batch_size"], table["model"]["image_shape"]
    with pytest.raises(RecipeError) as caught:
        make_recipe("x", table)
    assert str(caught.value) == "recipe x does not say seed, networks, data.batch_size, model.image_shape"


def test_overrides(table):
    recipe = make_recipe("x", copy.deepcopy(table))
    changed = recipe.overridden(
        [
            "model.latent_dim=32",
            "model.prior=uniform",
            "model.image_shape = [16, 16, 3]",
            "networks.generator.width=4",
            "optimizers.generator.learning_rate=1e-3",
            'description="a = b"',
            "compile.jit_compile=true",
        ]
    )
    table["model"] |= {"latent_dim": 32, "prior": "uniform", "image_shape": [16, 16, 3]}
    table["networks"]["generator"]["width"] = 4
    table["optimizers"]["generator"]["learning_rate"] = 0.001
    table |= {"description": "a = b", "compile": {"jit_compile": True}}
    assert changed == Recipe("x", table)
    assert recipe.table["model"]["latent_dim"] == 3  # the original is as it was
    assert recipe.changed(steps=7, seed=None).table == {**recipe.table, "steps": 7}


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("steps", "'steps' sets nothing; write it as table.key=value, for example steps=200"),
        ("steps.more=1", "'steps.more' leads nowhere: 'steps' is a value, not a table"),
        ("modle.latent_dim=3", "recipe x has an unknown key 'modle'"),
        ("steps=few", "recipe x: steps is 'few'"),
    ],
)
def test_bad_overrides_get_one_sentence(table, assignment, sentence):
    with pytest.raises(RecipeError) as caught:
        make_recipe("x", table).overridden([assignment])
    assert str(caught.value).startswith(sentence)
