"""A small recipe, and a folder of pictures for it."""

import copy

import numpy as np
import pytest
from PIL import Image

TABLE = {
    "description": "A recipe for tests",
    "seed": 3,
    "steps": 200,
    "report_every": 50,
    "data": {"name": "pictures", "batch_size": 4},
    "model": {"name": "gan", "latent_dim": 3, "image_shape": [8, 8, 1], "discriminator_steps": 2},
    "networks": {
        "generator": {"name": "dcgan.generator", "width": 2},
        "discriminator": {"name": "mlp.discriminator", "hidden_dims": [5]},
    },
    "optimizers": {
        "generator": {"name": "adam", "learning_rate": 0.001, "use_ema": True, "ema_momentum": 0.9},
        "discriminator": {"name": "adam", "learning_rate": 0.001},
    },
}


@pytest.fixture
def table():
    """A copy to spoil."""
    return copy.deepcopy(TABLE)


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """A folder of 64 grey pictures of 8x8 pixels in two classes."""
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(0)
    for name in ("even", "odd"):
        (folder / name).mkdir()
        for index in range(32):
            pixels = random.integers(0, 256, (8, 8), np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{index:02d}.png")
    return folder
