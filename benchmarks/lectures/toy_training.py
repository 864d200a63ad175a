"""Every method trained on points in the plane, by recipes that differ only in what the method demands."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfgen.data import toy
from tfgen.data.options import pipeline_options
from tfgen.metrics.mixture_modes import mixture_coverage
from tfgen.recipes import Recipe, make_recipe
from tfgen.recipes.build import build_model, compile_model

MIXTURES = {"ring": toy.gaussian_ring(), "grid": toy.gaussian_grid()}
SAMPLES = 2500
LATENT_DIM = 2
CODE_DIM = 32
BATCH_SIZE = 128
LEARNING_RATE = 2e-3
STEPS_PER_EXECUTION = 100

# Constants that have the scale of images in the papers. Gulrajani et al. have a penalty weight of 0.1 in their code for
# points in the plane, too.
POINTS_PENALTY = 0.1
POINTS_CLIP = 0.1

ADAM = {"name": "adam", "beta_1": 0.0, "beta_2": 0.99}
RMSPROP = {"name": "rmsprop"}
GENERATOR, DISCRIMINATOR, ENCODER, DECODER = (
    {"name": f"mlp.{role}", "hidden_dims": [128, 128]} for role in ("generator", "discriminator", "encoder", "decoder")
)
SPECTRAL = {**DISCRIMINATOR, "normalization": "spectral"}
PLAIN = {"generator": GENERATOR, "discriminator": DISCRIMINATOR}
AUTOENCODING = {"generator": GENERATOR, "encoder": ENCODER, "decoder": DECODER}
CONDITIONAL_GENERATOR = {"name": "conditional.generator", "base": GENERATOR}


@dataclass(frozen=True)
class Method:
    """What a method's recipe has of its own.

    Attributes:
        title: What tables and pictures call it.
        constants: Arguments of the model.
        discriminator_steps: Updates of the discriminator for one of the generator.
        networks: As in a recipe.
        optimizer: Of both players, but for the learning rate.
        of_modes: Arguments of the model that tell it the number of modes; None for a method that is not told.
        sees_labels: Whether it is told which mode a point is of, too.
    """

    title: str
    constants: dict[str, Any] = field(default_factory=dict)
    discriminator_steps: int = 1
    networks: dict[str, dict[str, Any]] = field(default_factory=lambda: PLAIN)
    optimizer: dict[str, Any] = field(default_factory=lambda: ADAM)
    of_modes: Callable[[int], dict[str, Any]] | None = None
    sees_labels: bool = False


def _conditional(title: str, discriminator: dict[str, Any]) -> Method:
    networks = {"generator": CONDITIONAL_GENERATOR, "discriminator": discriminator}
    return Method(title, networks=networks, of_modes=lambda modes: {"num_classes": modes}, sees_labels=True)


def _codes(modes: int) -> dict[str, Any]:
    prior = {"name": "structured_codes", "categories": [modes], "continuous": 0}
    return {"prior": prior, "latent_dim": LATENT_DIM + modes}


METHODS = {
    "gan": Method("GAN"),
    "minimax_gan": Method("minimax GAN"),
    "lsgan": Method("LSGAN"),
    "wgan": Method("WGAN", {"clip": POINTS_CLIP}, discriminator_steps=5, optimizer=RMSPROP),
    "wgan_gp": Method("WGAN-GP", {"penalty_weight": POINTS_PENALTY}, discriminator_steps=5),
    "dragan": Method("DRAGAN", {"penalty_weight": POINTS_PENALTY}),
    "ebgan": Method("EBGAN", {"code_dim": CODE_DIM, "margin": 1.0}, networks=AUTOENCODING),
    "began": Method("BEGAN", {"code_dim": CODE_DIM}, networks=AUTOENCODING),
    "hinge_gan": Method("hinge loss, SN", networks={**PLAIN, "discriminator": SPECTRAL}),
    "relativistic_gan": Method("relativistic GAN"),
    "r1_gan": Method("R1", {"penalty_weight": POINTS_PENALTY}),
    "feature_matching_gan": Method("feature matching"),
    "conditional_gan": _conditional("conditional GAN", {"name": "conditional.discriminator", "base": DISCRIMINATOR}),
    "projection_gan": _conditional("projection, SN", {"name": "projection.discriminator", "base": SPECTRAL}),
    "acgan": _conditional("AC-GAN", DISCRIMINATOR),
    "info_gan": Method("InfoGAN", of_modes=_codes),
}


def toy_recipe(method: str, mixture: str, *, seed: int, steps: int, **model: Any) -> Recipe:
    """The recipe of one training.

    Args:
        method: A key of `METHODS`.
        mixture: A key of `MIXTURES`.
        seed: Of the weights, the noise and the points.
        steps: Updates of the generator; the learning rates fall linearly to 0 over them.
        model: Arguments of the model in place of the method's own.
    """
    own = METHODS[method]
    constants = {**own.constants, "discriminator_steps": own.discriminator_steps, **model}
    if own.of_modes is not None:
        constants = {**constants, **own.of_modes(len(MIXTURES[mixture].centres))}
    optimizers = {
        player: {**own.optimizer, "learning_rate": _falling(count)}
        for player, count in {"generator": steps, "discriminator": steps * constants["discriminator_steps"]}.items()
    }
    table = {
        "description": f"{own.title}, points of the {mixture}",
        "seed": seed,
        "steps": steps,
        "data": {"name": mixture, "batch_size": BATCH_SIZE},
        "model": {"name": method, "image_shape": list(toy.IMAGE_SHAPE), "latent_dim": LATENT_DIM, **constants},
        "networks": own.networks,
        "optimizers": optimizers,
        "compile": {"jit_compile": False, "steps_per_execution": min(STEPS_PER_EXECUTION, steps)},
    }
    return make_recipe(f"{method}_{mixture}", table)


def train(recipe: Recipe) -> keras.Model:
    """The recipe's model, trained on points that are drawn anew for every step."""
    keras.utils.set_random_seed(recipe.seed)
    model = build_model(recipe)
    compile_model(recipe, model)
    table = recipe.table["data"]
    batch = table["batch_size"] * model.batches_per_step
    points, modes = MIXTURES[table["name"]].sample(recipe.steps * batch, recipe.seed)
    images = toy.as_images(points).reshape(recipe.steps, batch, *toy.IMAGE_SHAPE)
    data = tf.data.Dataset.from_tensor_slices((images, modes.reshape(recipe.steps, batch)))
    model.fit(data.with_options(pipeline_options()), shuffle=False, verbose=0)
    return model


def measured(recipe: Recipe) -> dict[str, Any]:
    """One row of the table: a training, and what its samples cover.

    Returns:
        The method, mixture, seed and steps, modes covered and share of good samples of 2,500, processor seconds of the
        training, the recipe's digest, and the first thousand samples for a picture.
    """
    keras.utils.clear_session()
    began = time.process_time()
    model = train(recipe)
    seconds = time.process_time() - began
    name = recipe.table["data"]["name"]
    points = toy.as_points(model.sample(SAMPLES, seed=recipe.seed))
    coverage = mixture_coverage(points, MIXTURES[name].centres, MIXTURES[name].standard_deviation)
    return {
        "method": recipe.table["model"]["name"],
        "mixture": name,
        "seed": recipe.seed,
        "steps": recipe.steps,
        **coverage._asdict(),
        "seconds": round(seconds, 2),
        "recipe": digest(recipe),
        "points": np.round(points[:1000].astype(float), 4).tolist(),
    }


def use_one_thread() -> None:
    """Has TensorFlow compute in one thread; to be called before it computes anything."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def digest(recipe: Recipe) -> str:
    """Twelve hexadecimal digits that another recipe has not."""
    return hashlib.sha256(recipe.to_toml().encode()).hexdigest()[:12]


def _falling(updates: int) -> dict[str, Any]:
    return {
        "name": "PolynomialDecay",
        "initial_learning_rate": LEARNING_RATE,
        "decay_steps": updates,
        "end_learning_rate": 0.0,
    }
