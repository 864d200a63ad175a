"""The zoo's recipes by name or by path, and that each of them can be trained."""

import pytest

from tfgen.recipes import RecipeError, find_recipe, list_recipes, zoo_folder
from tfgen.recipes.build import build_model, compile_model


def test_by_name_and_by_path():
    recipe = find_recipe("dcgan_fashion_mnist")
    assert recipe.name == "dcgan_fashion_mnist"
    folder = zoo_folder() / "dcgan_fashion_mnist"
    assert find_recipe(str(folder)) == find_recipe(str(folder / "recipe.toml")) == recipe


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "dcgan_fashion_mist",
            "there is no recipe or checkpoint 'dcgan_fashion_mist'; did you mean dcgan_fashion_mnist",
        ),
        ("nowhere/recipe.toml", "there is no recipe at nowhere/recipe.toml"),
        ("nowhere.toml", "there is no recipe at nowhere.toml"),
        ("runs/x", "there is no run or recipe at runs/x; `tfgen train RECIPE --output runs/x` makes a run"),
    ],
)
def test_unknown_recipes_get_one_sentence(name, sentence):
    with pytest.raises(RecipeError) as caught:
        find_recipe(name)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("name", list_recipes())
def test_every_recipe_of_the_zoo_builds_and_compiles(name):
    recipe = find_recipe(name)
    model = build_model(recipe)
    compile_model(recipe, model)
    assert model.compiled
    assert model.image_shape == recipe.image_shape
    assert model.seed == recipe.seed
    assert len(model.optimized_variables()) == len(recipe.table.get("optimizers", {"": None}))
