"""What of a data set a recipe's model can be trained on."""

import numpy as np
import pytest
from tiny_zoo import recipe_table

from tfgen.data import ImageSet
from tfgen.errors import TfgenError
from tfgen.recipes import make_recipe
from tfgen.recipes.build import build_model
from tfgen.training.images import check_labels


@pytest.fixture
def recipe(pictures):
    table = recipe_table("classifier", (8, 8, 1))
    table["data"] = {"name": str(pictures), "batch_size": 4, "labels": True}
    return make_recipe("classifier_pictures", table)


def labelled(*labels):
    images = np.zeros((len(labels), 8, 8, 1), np.uint8)
    return ImageSet(images, np.array(labels, np.int64), origin="three photos")


def test_labels_within_the_models_classes(recipe):
    model = build_model(recipe)
    assert model.num_classes == 3
    check_labels(recipe, model, labelled(0, 2, 1))
    check_labels(recipe, model, labelled(0, 0, 1))


@pytest.mark.parametrize(("labels", "said"), [((0, 3, 1), "from 0 to 3"), ((-1, 2, 1), "from -1 to 2")])
def test_labels_beyond_the_models_classes(recipe, labels, said):
    sentence = f"has the classes 0 to 2, and the labels of three photos go {said}; "
    with pytest.raises(TfgenError, match=sentence):
        check_labels(recipe, build_model(recipe), labelled(*labels))


def test_labels_that_are_not_asked_for_are_not_looked_at(recipe):
    recipe = recipe.overridden(["data.labels=false"])
    check_labels(recipe, build_model(recipe), labelled(0, 9, 1))


def test_a_number_of_classes_that_is_none_is_answered_by_the_recipe(recipe, tmp_path):
    from tfgen.training.run import train

    with pytest.raises(TfgenError, match=r"num_classes.*whole number"):
        train(recipe.overridden(["model.num_classes=ten"]), tmp_path / "run")
    assert not (tmp_path / "run").exists()
