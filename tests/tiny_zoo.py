"""Runs and checkpoints of some kilobytes, as fixtures: a zoo folder with a GAN, an autoencoder and a VAE."""

import json
import shutil

import pytest

from tfgen.recipes import make_recipe

IMAGE_SHAPE = (6, 5, 1)
STEPS = 3

_OPTIMIZER = {"name": "adam", "learning_rate": 0.001}
_NETWORK = {"hidden_dims": [7]}
_TABLES = {
    "gan": {
        "networks": {role: {"name": f"mlp.{role}", **_NETWORK} for role in ("generator", "discriminator")},
        "optimizers": {"generator": _OPTIMIZER, "discriminator": _OPTIMIZER},
    },
    "autoencoder": {
        "networks": {role: {"name": f"mlp.{role}", **_NETWORK} for role in ("encoder", "decoder")},
        "optimizer": _OPTIMIZER,
    },
    "vae": {
        "networks": {
            "encoder": {"name": "mlp.encoder", **_NETWORK},
            "decoder": {"name": "mlp.decoder", "output_activation": "linear", **_NETWORK},
        },
        "optimizer": _OPTIMIZER,
    },
}
METHODS = tuple(_TABLES)
"""Those that draw images."""

_TABLES["classifier"] = {
    "networks": {"encoder": {"name": "mlp.encoder", **_NETWORK}},
    "optimizer": _OPTIMIZER,
}
_SHAPES = {"classifier": {"feature_dim": 4, "num_classes": 3}}


SCORE = {
    "name": "FID",
    "value": 5.0,
    "standard_error": None,
    "metric": "fid",
    "higher_is_better": False,
    "settings": {},
    "subject": {"name": "dots", "images": 100},
    "reference": {"name": "dots:test", "images": 200},
    "extractor": {"name": "inception_2015", "resizer": "tf1_bilinear", "quantisation": "float"},
    "seed": 0,
}
"""A row of results, as cards hold them."""


def recipe_table(method, image_shape=IMAGE_SHAPE, **changes):
    """A recipe of the method, as nested dictionaries."""
    return {
        "description": f"The smallest {method}",
        "seed": 5,
        "steps": STEPS,
        "data": {"name": "fashion_mnist", "batch_size": 4},
        "model": {"name": method, "image_shape": list(image_shape), **_SHAPES.get(method, {"latent_dim": 3})},
        **_TABLES[method],
        **changes,
    }


def write_finished_run(folder, method, seed=1, image_shape=IMAGE_SHAPE):
    """A folder as a training leaves it, with the weights that the seed initialises."""
    import keras

    from tfgen.recipes.build import build_model

    folder.mkdir(parents=True)
    recipe = make_recipe(folder.name, recipe_table(method, image_shape))
    (folder / "recipe.toml").write_text(recipe.to_toml())
    keras.utils.set_random_seed(seed)
    build_model(recipe).save_weights(folder / "model.weights.h5")
    record = {
        "recipe": recipe.name,
        "steps": STEPS,
        "seconds": 1.5,
        "data": {"origin": "made up for tests", "images": 1234},
        "versions": {"tfgen": "0.1.0", "tensorflow": "2.21.0", "keras": "3.15.1", "python": "3.11.7"},
    }
    (folder / "run.json").write_text(json.dumps(record))
    return folder


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Finished runs, by method."""
    folder = tmp_path_factory.mktemp("runs")
    return {method: write_finished_run(folder / method, method) for method in _TABLES}


@pytest.fixture(scope="session")
def published(runs, tmp_path_factory):
    """A zoo with `gan_dots`, `autoencoder_dots`, `vae_dots`, `dots_classifier`, and the recipe of `gan_untrained`."""
    from tfgen.zoo import publish

    zoo = tmp_path_factory.mktemp("published")
    for method, run in runs.items():
        publish(run, "dots_classifier" if method == "classifier" else f"{method}_dots", data_license="CC0-1.0", zoo=zoo)
    (zoo / "gan_untrained").mkdir()
    shutil.copy(runs["gan"] / "recipe.toml", zoo / "gan_untrained")
    return zoo


@pytest.fixture
def zoo(published, tmp_path, monkeypatch):
    """A copy of that zoo which the test may damage, in place of tfgen's own."""
    folder = tmp_path / "zoo"
    shutil.copytree(published, folder)
    for module in ("tfgen.recipes.catalog", "tfgen.zoo.entries", "tfgen.zoo.publishing"):
        monkeypatch.setattr(f"{module}.zoo_folder", lambda: folder)
    return folder


def change_card(folder, change):
    """Rewrites a folder's card after `change` has altered its dictionary."""
    path = folder / "card.json"
    card = json.loads(path.read_text())
    change(card)
    path.write_text(json.dumps(card))
