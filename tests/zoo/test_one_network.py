"""Checkpoints that have the weights of one network alone: what they do, and what they say that they cannot."""

import json

import keras
import numpy as np
import pytest
from tiny_zoo import change_card

from tfgen.errors import CheckpointError, TfgenError
from tfgen.evaluation.scores.encoders import Reconstruction
from tfgen.evaluation.sources import open_subject
from tfgen.latent import invert_images
from tfgen.models.classifier import Classifier, feature_layer
from tfgen.recipes import find_recipe
from tfgen.recipes.build import build_model
from tfgen.tasks.repair import optimize
from tfgen.zoo import load, publish, verify
from tfgen.zoo.loading import draw_alone


def test_one_network_alone(zoo, runs):
    folder = publish(runs["gan"], "gan_new", data_license="MIT", network="generator")
    stated = json.loads((folder / "card.json").read_text())["weights"]
    assert stated["network"] == "generator"
    assert stated["bytes"] < (zoo / "gan_dots" / "model.weights.h5").stat().st_size
    np.testing.assert_array_equal(load("gan_new").sample(3, seed=1), load("gan_dots").sample(3, seed=1))
    assert verify("gan_new").largest_difference <= 2e-6


def test_a_network_that_the_run_has_not(zoo, runs):
    with pytest.raises(TfgenError, match="gan has no network 'decoder'; it has generator, discriminator"):
        publish(runs["gan"], "gan_new", data_license="MIT", network="decoder")
    assert not (zoo / "gan_new").exists()


@pytest.mark.parametrize(
    ("method", "network"),
    [("vae", "encoder"), ("autoencoder", "decoder"), ("gan", "discriminator"), ("classifier", "encoder")],
)
def test_a_network_that_is_nothing_alone(zoo, runs, method, network):
    with pytest.raises(CheckpointError, match=f"the {network} of a .* alone is no checkpoint; the generator of a GAN"):
        publish(runs[method], "dots_new", data_license="MIT", network=network)
    assert not (zoo / "dots_new").exists()


@pytest.mark.parametrize("name", ["infogan_mnist", "acgan_fashion_mnist", "began_fashion_mnist"])
def test_a_generator_of_a_model_that_serves_more_than_images(name):
    model = build_model(find_recipe(name))
    with pytest.raises(CheckpointError, match=r"the generator of a .* alone is no checkpoint"):
        draw_alone(model, "generator")


def test_a_vae_s_decoder_alone_draws_and_does_not_encode(zoo, runs):
    folder = publish(runs["vae"], "vae_new", data_license="MIT", network="decoder")
    golden = json.loads((folder / "card.json").read_text())["golden"]
    assert "samples" in golden
    assert "reconstructions" not in golden
    assert (folder / "traversals.png").is_file()
    model, whole = load("vae_new"), load("vae_dots")
    np.testing.assert_array_equal(model.sample(3, seed=1), whole.sample(3, seed=1))
    assert set(model.serving_signatures()) == {"serving_default", "generate", "decode"}
    assert verify("vae_new").largest_difference <= 2e-6
    # Its latents can be sought all the same, from random starts.
    images = whole.sample(2, seed=1)
    assert invert_images(model, images, steps=2).latents.shape == (2, whole.latent_dim)
    hidden = np.zeros(images.shape[1:3], bool)
    hidden[:2] = True
    assert optimize(model, images, hidden, steps=2).shape == images.shape


@pytest.mark.parametrize("method", ["encode", "reconstruct", "anomaly_score", "reconstruction_error", "posterior"])
def test_what_a_decoder_alone_refuses(zoo, runs, method):
    publish(runs["vae"], "vae_new", data_license="MIT", network="decoder")
    model = load("vae_new")
    images = np.zeros((2, *model.image_shape), "float32")
    alone = "this checkpoint has the weights of its decoder alone, which draws images and encodes none"
    with pytest.raises(TfgenError, match=alone):
        getattr(model, method)(images)
    if method in load("vae_dots").serving_signatures():
        with pytest.raises(TfgenError, match=alone):
            model.in_batches(method, images)
    with pytest.raises(TfgenError, match=alone):
        Classifier.from_encoder(model, 2, layer=feature_layer(model))
    with pytest.raises(TfgenError, match=alone):
        Reconstruction().check(open_subject("vae_new"), None, (2, 2))


def test_a_decoder_alone_stays_alone_in_keras_file(zoo, runs, tmp_path):
    publish(runs["vae"], "vae_new", data_license="MIT", network="decoder")
    model = load("vae_new")
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert set(again.serving_signatures()) == set(model.serving_signatures())
    np.testing.assert_array_equal(again.sample(3, seed=1), model.sample(3, seed=1))
    with pytest.raises(TfgenError, match="of its decoder alone"):
        again.encode(np.zeros((2, *model.image_shape), "float32"))


@pytest.mark.parametrize("network", ["encoder", "critic"])
def test_a_card_of_a_network_that_is_nothing_alone(zoo, network):
    change_card(zoo / "vae_dots", lambda card: card["weights"].update(network=network))
    with pytest.raises(CheckpointError, match=f"the {network} of a VAE alone is no checkpoint"):
        load("vae_dots")
