import keras
import numpy as np
import pytest

from tfgen.errors import TfgenError
from tfgen.evaluation.scores.discriminators import discriminator_features
from tfgen.models import ConditionalGAN
from tfgen.networks import conditional, dcgan, mlp


def striped(make_source, count, split):
    """Images whose class is where the bright stripe lies."""
    images = np.random.default_rng(count).integers(0, 40, (count, 12, 12, 1), np.uint8)
    for index, image in enumerate(images):
        image[4 * (index % 3) : 4 * (index % 3) + 4] += 200
    return make_source(images=images, split=split)


def test_a_probe_reads_what_the_features_show(score, gan, make_source):
    training = striped(make_source, 90, "train")
    found = score("probe", gan, striped(make_source, 30, "test"), others=lambda name: training)["probe accuracy"]
    assert found.value == 1
    assert found.reference["images"] == 30
    assert found.settings["training_images"] == 90
    assert found.settings["training"] == "noise:train"


def test_labels_are_needed(score, gan, make_source):
    training = make_source(labels=False, split="train")
    with pytest.raises(TfgenError, match="noise:train has no labels; take a data set that has them"):
        score("probe", gan, others=lambda name: training)


def test_a_checkpoint_without_its_discriminator(score, gan, make_source, monkeypatch):
    monkeypatch.setattr(gan, "card", {"weights": {"network": "generator"}})
    with pytest.raises(TfgenError, match="was published without its discriminator; the probe needs one"):
        score("probe", gan, striped(make_source, 30, "test"))


def test_the_training_split_is_no_test(score, gan, make_source):
    with pytest.raises(TfgenError, match="noise:train is what the probe is trained on; test it against another split"):
        score("probe", gan, make_source(split="train"), others=lambda name: make_source(split="train"))


def test_features_are_the_pooled_maps_of_every_resolution():
    discriminator = dcgan.discriminator((28, 28, 1), width=4)
    network = discriminator_features(discriminator)
    # 14x14x4 and 7x7x8, each pooled to 4x4.
    assert network.output_shape == (None, 4 * 4 * 4 + 4 * 4 * 8)
    images = np.random.default_rng(0).uniform(-1, 1, (2, 28, 28, 1)).astype("float32")
    maps = [layer.output for layer in discriminator.layers if len(layer.output.shape) == 4]
    last = {output.shape[1]: output for output in maps[1:]}
    first = np.asarray(keras.Model(discriminator.input, last[14])(images))
    # The first pool sees rows and columns -1 to 2, of which -1 is padding.
    np.testing.assert_allclose(np.asarray(network(images))[:, :4], first[:, :3, :3].max(axis=(1, 2)), rtol=1e-5)


def test_a_discriminator_without_maps_shows_its_last_hidden_layer():
    discriminator = mlp.discriminator((4, 4, 1), hidden_dims=(7, 5))
    assert discriminator_features(discriminator).output_shape == (None, 5)


def test_a_discriminator_of_labels_too(score):
    bases = ({"name": f"mlp.{role}", "hidden_dims": (5,)} for role in ("generator", "discriminator"))
    networks = (
        conditional.generator((12, 12, 1), 3, 4, base=next(bases)),
        conditional.discriminator((12, 12, 1), 4, base=next(bases)),
    )
    with pytest.raises(TfgenError, match="shows a discriminator images alone, and that of model is given labels too"):
        score("probe", ConditionalGAN(*networks, num_classes=4))
