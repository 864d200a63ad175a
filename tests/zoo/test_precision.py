"""Weights that are smaller, and draw the same."""

import h5py
import numpy as np
import pytest

from tfgen.zoo import load
from tfgen.zoo.precision import GREY_LEVEL, save_small


def arrays(path):
    found = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


def scaled(model, factor):
    """The model with larger weights, so that rounding them shows."""
    model.set_weights([weight * factor for weight in model.get_weights()])
    return model


def test_matrices_are_halved_and_vectors_are_not(runs, tmp_path):
    model = load(str(runs["gan"]))
    before = model.get_weights()
    path = tmp_path / "small.weights.h5"
    assert save_small(model, path, seed=0) == "float16"
    precisions = {values.ndim: values.dtype for values in arrays(path).values() if values.dtype.kind == "f"}
    assert precisions == {1: np.float32, 2: np.float16}
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then.astype(np.float16) if then.ndim > 1 else then)


def test_no_pixel_of_samples_or_reconstructions_moves_by_a_grey_level(runs, tmp_path):
    model, whole = load(str(runs["vae"])), load(str(runs["vae"]))
    assert save_small(model, tmp_path / "small.weights.h5", seed=0) == "float16"
    samples = whole.sample(64, seed=0)
    moved = np.abs(model.sample(64, seed=0) - samples).max()
    assert 0 < moved < GREY_LEVEL
    assert np.abs(np.asarray(model.reconstruct(samples)) - np.asarray(whole.reconstruct(samples))).max() < GREY_LEVEL


@pytest.mark.parametrize(("factor", "precision"), [(1, "float16"), (30, "float32"), (1e6, "float32")])
def test_precision_stays_where_halving_would_show(runs, tmp_path, factor, precision):
    # Weights of millions are beyond what half precision holds.
    model = scaled(load(str(runs["autoencoder"])), factor)
    before = model.get_weights()
    path = tmp_path / "small.weights.h5"
    assert save_small(model, path, seed=0) == precision
    if precision == "float32":
        for now, then in zip(model.get_weights(), before, strict=True):
            np.testing.assert_array_equal(now, then)
        other = load(str(runs["autoencoder"]))
        other.load_weights(path)
        np.testing.assert_array_equal(other.sample(2, seed=0), model.sample(2, seed=0))


@pytest.mark.parametrize("method", ["gan", "vae"])
def test_weights_that_half_precision_cannot_hold_though_no_sample_shows_it(runs, tmp_path, method):
    model = load(str(runs[method]))
    # Samples pass neither; the GAN's reconstructions do not exist, the VAE's would not be numbers.
    hidden = model.discriminator if method == "gan" else model.encoder
    first = hidden.trainable_variables[0]
    first.assign(np.where(np.indices(first.shape).sum(axis=0) % 2, 1e5, -1e5).astype("float32"))
    before = model.get_weights()
    assert save_small(model, tmp_path / "small.weights.h5", seed=0) == "float32"
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_reconstruction_that_is_no_number_shows(runs, tmp_path, monkeypatch):
    model = load(str(runs["vae"]))
    drawn = [{"samples": np.zeros(3), "reconstructions": np.full(3, value)} for value in (0.0, np.nan)]
    monkeypatch.setattr("tfgen.zoo.precision.drawn", lambda *_: drawn.pop(0))
    assert save_small(model, tmp_path / "small.weights.h5", seed=0) == "float32"


def test_a_classifier_keeps_every_bit(runs, tmp_path):
    model = load(str(runs["classifier"]))
    before = model.get_weights()
    assert save_small(model, tmp_path / "small.weights.h5", seed=0) == "float32"
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_one_network(runs, tmp_path):
    model = load(str(runs["gan"]))
    path = tmp_path / "generator.weights.h5"
    save_small(model, path, seed=0, network="generator")
    other = load(str(runs["gan"]))
    scaled(other, 0).generator.load_weights(path)
    np.testing.assert_array_equal(other.sample(2, seed=0), model.sample(2, seed=0))
    assert not any(weight.any() for weight in other.discriminator.get_weights())


def test_large_arrays_are_compressed(tmp_path):
    import keras

    from tfgen.networks import mlp

    generator = mlp.generator((8, 8, 1), 4, hidden_dims=[128, 128])
    keras.utils.set_random_seed(0)

    class Drawing(keras.Model):
        def __init__(self):
            super().__init__()
            self.generator = generator
            self.built = True

    model, path = Drawing(), tmp_path / "small.weights.h5"
    for variable in generator.weights:
        variable.assign(np.round(variable.numpy(), 1))
    assert save_small(model, path, seed=0) == "float32"
    model.save_weights(tmp_path / "whole.weights.h5")
    assert path.stat().st_size < 0.6 * (tmp_path / "whole.weights.h5").stat().st_size
