"""A training that starts with the weights of a checkpoint."""

import hashlib
import json

import numpy as np
import pytest
from tiny_zoo import write_finished_run

from tfgen.errors import CheckpointError
from tfgen.networks import dcgan
from tfgen.recipes import RecipeError, make_recipe
from tfgen.recipes.build import build_model
from tfgen.training.run import train
from tfgen.training.start import check_start, start_from_checkpoints
from tfgen.zoo import load, publish


@pytest.fixture(scope="module")
def autoencoder(tmp_path_factory):
    """A finished run, whose decoder is a generator of pictures."""
    return write_finished_run(tmp_path_factory.mktemp("runs") / "autoencoder", "autoencoder", image_shape=(8, 8, 1))


@pytest.fixture
def started(table, pictures, autoencoder):
    """A GAN whose generator starts as that decoder."""
    table["data"]["name"] = str(pictures)
    table["networks"]["generator"] = {"name": "mlp.generator", "hidden_dims": [7]}
    table["start"] = {"generator": {"checkpoint": str(autoencoder), "network": "decoder"}}
    return make_recipe("gan_pictures", table)


def values(network):
    return [variable.numpy() for variable in network.weights]


def assert_equal(first, second):
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_named_network_starts_as_that_of_the_checkpoint(started, autoencoder):
    model = build_model(started)
    discriminator = values(model.discriminator)
    start_from_checkpoints(started, model)
    decoder = load(str(autoencoder)).decoder
    assert_equal(values(model.generator), values(decoder))
    assert_equal(values(model.discriminator), discriminator)
    codes = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
    np.testing.assert_array_equal(model.generate(codes), decoder(codes))


def test_fine_tuning_takes_the_network_of_the_same_name_with_its_batch_statistics(table, pictures, tmp_path):
    table["data"]["name"] = str(pictures)
    first = train(make_recipe("first", {**table, "steps": 2}), tmp_path / "first")
    checkpoint = {"checkpoint": str(tmp_path / "first")}
    recipe = make_recipe("second", {**table, "start": {"generator": checkpoint, "discriminator": checkpoint}})
    model = build_model(recipe)
    start_from_checkpoints(recipe, model)
    assert any("moving_mean" in variable.path for variable in model.generator.weights)
    np.testing.assert_array_equal(model.sample(4, seed=0), first.sample(4, seed=0))
    assert_equal(values(model.discriminator), values(first.discriminator))


def test_the_run_s_record_says_what_it_started_from(started, autoencoder, table, pictures, tmp_path):
    weights = hashlib.sha256((autoencoder / "model.weights.h5").read_bytes()).hexdigest()
    expected = {"generator": {"checkpoint": str(autoencoder), "network": "decoder", "sha256": weights}}
    for steps in (1, 2):
        train(started.changed(steps=steps, report_every=1), tmp_path / "run")
        assert json.loads((tmp_path / "run" / "run.json").read_text())["start"] == expected
    del table["start"]
    train(make_recipe("without", table).changed(steps=1), tmp_path / "without")
    assert "start" not in json.loads((tmp_path / "without" / "run.json").read_text())
    assert not (tmp_path / "without" / "start.json").exists()


def test_a_run_starts_there_once_and_resumes_where_it_was(started, autoencoder, tmp_path):
    def slow(steps):
        return started.changed(steps=steps, report_every=2).overridden(["optimizers.generator.learning_rate=1e-6"])

    model = train(slow(2), tmp_path / "run")
    for ours, theirs in zip(values(model.generator), values(load(str(autoencoder)).decoder), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    (autoencoder / "run.json").rename(autoencoder / "away")
    try:
        # The checkpoint is not asked for again: this run is not there any more.
        train(slow(4), tmp_path / "run")
        with pytest.raises(CheckpointError, match="has no published weights yet"):
            train(slow(4), tmp_path / "other")
    finally:
        (autoencoder / "away").rename(autoencoder / "run.json")
    assert not (tmp_path / "other").exists()
    train(slow(4), tmp_path / "unbroken")
    run, unbroken = (np.load(tmp_path / name / "checkpoint.npz") for name in ("run", "unbroken"))
    with run, unbroken:
        assert_equal([run[name] for name in sorted(run)], [unbroken[name] for name in sorted(unbroken)])


@pytest.mark.parametrize(
    "assignment", ["start.generator.network=decodr", "start.generator.checkpoint=dcgan_fashion_mnst"]
)
def test_a_wrong_name_is_answered_before_the_data_are_loaded(started, tmp_path, monkeypatch, assignment):
    monkeypatch.setattr("tfgen.data.load_images", lambda *_, **__: pytest.fail("loaded the data first"))
    with pytest.raises(RecipeError, match=r"no network 'decodr'|no recipe or checkpoint 'dcgan_fashion_mnst'"):
        train(started.overridden([assignment]), tmp_path / "run")


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("start.generator.network=decodr", r"start.generator\]: .* has no network 'decodr'; it has encoder, decoder$"),
        ("networks.generator.hidden_dims=[7, 7]", r"decoder of .* does not fit: it has 4 weights, and 6 are needed$"),
        ("networks.generator.hidden_dims=[9]", r"does not fit: its \S*kernel is \(3, 7\), and \(3, 9\) is needed$"),
        (
            "start.generator.checkpoint=dcgan_fashion_mnst",
            "there is no recipe or checkpoint 'dcgan_fashion_mnst'; did you mean dc",
        ),
        ("start.generator.checkpoint=5", "there is no recipe or checkpoint '5'; "),
    ],
)
def test_what_does_not_fit_gets_one_sentence_and_leaves_no_folder(started, tmp_path, assignment, sentence):
    with pytest.raises(RecipeError, match=sentence) as caught:
        train(started.overridden([assignment]), tmp_path / "run")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_a_network_that_was_not_published(started, tmp_path):
    run = write_finished_run(tmp_path / "run", "gan", image_shape=(8, 8, 1))
    folder = publish(run, "gan_dots", data_license="MIT", network="generator", zoo=tmp_path)
    recipe = started.overridden([f"start.generator={{checkpoint='{folder}', network='discriminator'}}"])
    with pytest.raises(RecipeError, match=r"has no network 'discriminator'; it has generator$"):
        check_start(recipe)


def test_a_generator_of_dcgan_has_the_weights_of_a_decoder_of_dcgan():
    generator, decoder = (make((16, 16, 1), 5, width=2) for make in (dcgan.generator, dcgan.decoder))
    assert [(v.name, v.shape) for v in generator.weights] == [(v.name, v.shape) for v in decoder.weights]
    generator.set_weights(decoder.get_weights())
    codes = np.random.default_rng(0).normal(size=(4, 5)).astype("float32")
    np.testing.assert_array_equal(generator(codes), decoder(codes))
