"""Advice that is no technique but a line of a recipe: each line does what it says."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from tfgen.callbacks.checkpoint import restore_checkpoint
from tfgen.recipes import make_recipe
from tfgen.recipes.build import build_model, compile_model
from tfgen.training.run import train


def built(table, *assignments):
    recipe = make_recipe("x", table).overridden(["compile.jit_compile=false", *assignments])
    keras.utils.set_random_seed(recipe.seed)
    model = build_model(recipe)
    compile_model(recipe, model)
    return model


def images(count, seed=0):
    return tf.constant(np.random.default_rng(seed).uniform(-1, 1, (count, 8, 8, 1)).astype("float32"))


def values(network):
    return [variable.numpy() for variable in network.trainable_variables]


def test_two_optimizers_of_another_kind_and_rate(table):
    table["optimizers"]["discriminator"] = {"name": "sgd", "learning_rate": 0.02}
    model = built(table, "model.discriminator_steps=1", "optimizers.generator.learning_rate=0.0005")
    before = values(model.discriminator), values(model.generator)
    real = images(4)
    fakes = model.generate(model.latents(4, built(table).noise_seed()), training=True)
    with tf.GradientTape() as tape:
        loss = model.discriminator_objective(real, fakes)[0]
    gradients = tape.gradient(loss, [variable.value for variable in model.discriminator.trainable_variables])
    model.train_step(real)
    for was, now, gradient in zip(before[0], values(model.discriminator), gradients, strict=True):
        np.testing.assert_allclose(now - was, -0.02 * gradient, rtol=1e-4, atol=1e-7)
    # Adam's first step is the learning rate, whatever the gradient's size.
    steps = np.concatenate([(now - was).ravel() for was, now in zip(before[1], values(model.generator), strict=True)])
    assert np.median(np.abs(steps)) == pytest.approx(0.0005, rel=0.01)


def test_k_discriminator_steps(table):
    model = built(table, "model.discriminator_steps=3")
    assert model.batches_per_step == 3
    model.train_step(images(12))
    assert (int(model.discriminator_optimizer.iterations), int(model.generator_optimizer.iterations)) == (3, 1)


def test_label_smoothing(table):
    model, hard = built(table, "model.real_target=0.9"), built(table)
    logits = tf.constant([[1.5], [-0.5]])
    # The cross-entropy of 0.9 with p is that of 1 with p, and a tenth of the logit.
    smoothed = hard.discriminator_loss(logits, logits) + 0.1 * ops.mean(logits)
    assert float(model.discriminator_loss(logits, logits)) == pytest.approx(float(smoothed), rel=1e-6)
    assert float(model.generator_loss(logits)) == float(hard.generator_loss(logits))


def test_averaged_weights_are_those_of_the_run(table, pictures, tmp_path):
    table["data"]["name"] = str(pictures)
    table["optimizers"]["generator"] |= {"use_ema": True, "ema_momentum": 0.5}
    recipe = make_recipe("x", {**table, "steps": 2, "report_every": 1})
    weights = []
    for steps in (1, 2):
        train(recipe.changed(steps=steps), tmp_path / "run")
        model = built(recipe.table)
        restore_checkpoint(model, tmp_path / "run" / "checkpoint.npz")
        weights.append(model.generator.variables[0].numpy())
    model.load_weights(tmp_path / "run" / "model.weights.h5")
    np.testing.assert_allclose(model.generator.variables[0], (weights[0] + weights[1]) / 2, rtol=1e-5, atol=1e-7)
    assert not np.allclose(weights[0], weights[1], atol=1e-7)


def test_real_and_generated_images_pass_batch_normalisation_apart(table):
    table["networks"]["discriminator"] = {"name": "dcgan.discriminator", "width": 2}
    table["networks"]["generator"] = {"name": "mlp.generator", "hidden_dims": [4]}
    size = ["model.image_shape=[16, 16, 1]", "model.discriminator_steps=1"]
    real = tf.constant(np.random.default_rng(0).uniform(-1, 1, (4, 16, 16, 1)).astype("float32"))
    scores = []
    for bias in (-1.0, 1.0):
        model = built(table, *size)
        assert any("moving_mean" in variable.path for variable in model.discriminator.variables)
        model.generator.trainable_variables[-1].assign_add(tf.fill((256,), bias))
        scores.append({name: np.asarray(value).mean() for name, value in model.discriminator_step(real).items()})
    assert scores[0]["real_score"] == scores[1]["real_score"]
    assert scores[0]["fake_score"] != scores[1]["fake_score"]


def test_a_recipe_that_follows_much_advice_trains_and_goes_on(table, pictures, tmp_path):
    table["data"]["name"] = str(pictures)
    table["model"]["techniques"] = [
        {"name": "replay", "size": 6},
        {"name": "instance_noise", "stddev": 0.1, "steps": 4},
        {"name": "differentiable_augmentation", "policy": ["color", "cutout"]},
        {"name": "adaptive_schedule", "discriminator_threshold": 1.3, "generator_threshold": 0.6},
        {"name": "historical_averaging", "weight": 0.1},
    ]
    recipe = make_recipe("x", {**table, "report_every": 2})
    for steps in (2, 4):
        train(recipe.changed(steps=steps), tmp_path / "run")
    train(recipe.changed(steps=4), tmp_path / "unbroken")
    run, unbroken = (np.load(tmp_path / name / "checkpoint.npz") for name in ("run", "unbroken"))
    with run, unbroken:
        for name, other in zip(sorted(run), sorted(unbroken), strict=True):
            np.testing.assert_array_equal(run[name], unbroken[other], err_msg=name)
