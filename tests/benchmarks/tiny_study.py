"""A study whose trainings take a second: two methods, tiny networks, a folder of pictures."""

from pathlib import Path

import numpy as np

from benchmarks.created_equal.spec import Spec, make_spec
from tfgen.data.pictures import write_png

NETWORKS = {
    "ns_gan": {
        "generator": {"name": "mlp.generator", "hidden_dims": [6]},
        "discriminator": {"name": "mlp.discriminator", "hidden_dims": [6]},
    },
    "vae": {
        "encoder": {"name": "mlp.encoder", "hidden_dims": [6]},
        "decoder": {"name": "mlp.decoder", "hidden_dims": [6], "output_activation": "linear"},
    },
}


def pictures(folder: Path, count: int = 40) -> Path:
    """A folder with `train` and `test`, of 8x8 grey pictures."""
    random = np.random.default_rng(0)
    for split in ("train", "test"):
        for index in range(count):
            path = folder / split / f"{index:03d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_png(path, random.integers(0, 256, (8, 8, 1), dtype=np.uint8))
    return folder


def tiny_table(folder: Path) -> dict:
    """What the file of the study says, of the pictures in a folder."""
    method = {"batch_norm_in": [], "metrics": []}
    default = {"learning_rate": 1e-3, "beta_1": 0.5}
    return {
        "title": "Tiny",
        "variant": "corrected",
        "seed": 0,
        "threads": 1,
        "batch_size": 8,
        "latent_dim": 4,
        "compare": ["ns_gan", "vae"],
        "methods": {
            "ns_gan": {**method, "networks": NETWORKS["ns_gan"], "default": {**default, "discriminator_steps": 1}},
            "vae": {**method, "networks": NETWORKS["vae"], "default": default},
        },
        "datasets": {
            "pictures": {
                "name": str(folder),
                "image_shape": [8, 8, 1],
                "steps": 10,
                "score_every": 5,
                "extractor": "mnist_classifier",
            }
        },
        "scoring": {"samples": 32, "reference_samples": 32},
        "phases": [
            {"name": "search", "ranges": "wide", "datasets": ["pictures"], "configurations": 2, "seeds": 1},
            {"name": "seeds", "best_of": "search", "datasets": ["pictures"], "seeds": 2, "first_seed": 1},
        ],
    }


def tiny_study(folder: Path) -> Spec:
    """The study, of pictures that are made in the folder."""
    return make_spec(tiny_table(pictures(folder)))
