"""What of a data set a recipe's model can be trained on."""

import re

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


def labelled(*labels, names=()):
    images = np.zeros((len(labels), 8, 8, 1), np.uint8)
    return ImageSet(images, np.array(labels, np.int64), names, "three photos")


def test_labels_within_the_models_classes(recipe):
    model = build_model(recipe)
    assert model.num_classes == 3
    check_labels(recipe, model, labelled(0, 2, 1))
    check_labels(recipe, model, labelled(0, 0, 1))
    check_labels(recipe, model, labelled(0, 0, 1, names=("a", "b", "c")))


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (labelled(0, 3, 1), "4, labelled 0 to 3, are in the data (three photos); set model.num_classes=4"),
        (labelled(-1, 2, 1), "3, labelled -1 to 2, are in "),
        (labelled(0, 0, 1, names=("a", "b")), "2 (a, b), labelled 0 to 1, are in"),
    ],
    ids=["more", "negative", "fewer"],
)
def test_labels_of_other_classes_than_the_models(recipe, images, said):
    with pytest.raises(TfgenError, match=re.escape(f"classifier_pictures has 3 classes, and {said}")):
        check_labels(recipe, build_model(recipe), images)


def test_no_labels_for_a_model_that_knows_classes(recipe):
    model = build_model(recipe)
    with pytest.raises(TfgenError, match=r"without labels; set data\.labels=true$"):
        check_labels(recipe.overridden(["data.labels=false"]), model, labelled(0, 1))
    with pytest.raises(TfgenError, match=r"^photos has no labels, and recipe classifier_pictures"):
        check_labels(recipe, model, ImageSet(np.zeros((2, 8, 8, 1), np.uint8), origin="photos"))


def test_a_model_that_knows_no_classes_takes_any_images(recipe, table):
    model = build_model(make_recipe("gan_pictures", table))
    check_labels(recipe, model, labelled(0, 99))
