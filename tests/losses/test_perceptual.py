"""The perceptual loss: its value against NumPy, and an extractor that is saved with a model and never trained."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from contract import BATCH_SIZE
from keras import layers
from tiny_networks import IMAGE_SHAPE, decoder, encoder

from tfgen.losses.perceptual import Perceptual
from tfgen.models import Autoencoder

RNG = np.random.default_rng(0)
IMAGES, OTHERS = RNG.uniform(-1, 1, (2, 3 * BATCH_SIZE, *IMAGE_SHAPE)).astype("float32")


def extractor():
    """Two feature maps, with batch normalisation and dropout, which compute something else in training."""
    inputs = keras.Input(IMAGE_SHAPE)
    x = layers.Conv2D(3, 3, name="conv")(inputs)
    first = layers.BatchNormalization(name="batch_norm")(x)
    second = layers.Dense(5, name="dense")(layers.Dropout(0.5)(layers.Flatten()(first)))
    return keras.Model(inputs, [first, second], name="extractor")


def autoencoder(loss=None, **compile_arguments):
    keras.utils.set_random_seed(0)
    model = Autoencoder(encoder(), decoder(), loss or Perceptual(extractor()))
    model.compile(keras.optimizers.Adam(0.01), **compile_arguments)
    return model


def fit(model):
    model.fit(IMAGES, batch_size=BATCH_SIZE, shuffle=False, verbose=0)


def assert_equal(first, second):
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_mean_squared_difference_of_the_features():
    network = extractor()
    costs = Perceptual(network)(IMAGES, OTHERS)
    maps = zip(network.predict(IMAGES, verbose=0), network.predict(OTHERS, verbose=0), strict=True)
    expected = np.mean([((a - b) ** 2).reshape(len(a), -1).mean(-1) for a, b in maps], axis=0)
    np.testing.assert_allclose(costs, expected, rtol=1e-5)


def test_the_input_as_a_feature_map_adds_the_pixels():
    inputs = keras.Input(IMAGE_SHAPE)
    network = keras.Model(inputs, [inputs, 2.0 * inputs])
    squared_error = ((IMAGES - OTHERS) ** 2).mean((1, 2, 3))
    np.testing.assert_allclose(Perceptual(network)(IMAGES, OTHERS), 2.5 * squared_error, rtol=1e-5)


@pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "xla"])
def test_training_lowers_it_and_leaves_the_extractor_as_it_is(jit_compile):
    model = autoencoder(jit_compile=jit_compile)
    network = model.reconstruction_loss.extractor
    before, decoders = network.get_weights(), model.decoder.get_weights()
    error = np.mean(model.reconstruction_error(IMAGES))
    model.fit(np.tile(IMAGES, (15, 1, 1, 1)), batch_size=BATCH_SIZE, shuffle=False, verbose=0)
    assert np.mean(model.reconstruction_error(IMAGES)) < 0.8 * error
    assert not np.array_equal(model.decoder.get_weights()[0], decoders[0])
    assert_equal(network.get_weights(), before)


def test_the_extractor_is_not_trainable_and_stays_so():
    model = autoencoder()
    trained = {id(variable) for variable in (*model.encoder.variables, *model.decoder.variables)}
    for trainable in (True, False, True):
        model.trainable = trainable
        assert {id(variable) for variable in model.trainable_variables} == (trained if trainable else set())
    frozen = {id(variable) for variable in model.non_trainable_variables}
    assert {id(variable) for variable in model.reconstruction_loss.extractor.variables} <= frozen


def test_files_hold_the_extractor(tmp_path):
    model = autoencoder()
    network = model.reconstruction_loss.extractor
    network.get_layer("batch_norm").moving_mean.assign([0.1, -0.2, 0.3])
    fit(model)
    errors = model.reconstruction_error(IMAGES)

    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert_equal(loaded.reconstruction_loss.extractor.get_weights(), network.get_weights())
    np.testing.assert_array_equal(loaded.reconstruction_error(IMAGES), errors)

    model.save_weights(tmp_path / "model.weights.h5")
    other = autoencoder(Perceptual(extractor()))
    other.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(other.reconstruction_error(IMAGES), errors)
    for copy in (loaded, other):
        fit(copy)
        assert_equal(copy.reconstruction_loss.extractor.get_weights(), network.get_weights())

    model.export(tmp_path / "1", verbose=False)
    served = tf.saved_model.load(tmp_path / "1").signatures["anomaly_score"]
    np.testing.assert_allclose(served(images=tf.constant(IMAGES))["scores"], errors, rtol=1e-5)


@pytest.mark.parametrize("shape", [(8, 8, 3), (6, 8, 1)], ids=["channels", "height"])
def test_images_that_the_extractor_does_not_take(shape):
    images = np.zeros((2, *shape), "float32")
    with pytest.raises(ValueError, match=r"^the extractor takes images of shape \(8, 8, 1\), and these have"):
        Perceptual(extractor())(images, images)
    any_size = keras.Input((None, None, 1))
    network = keras.Model(any_size, 2.0 * any_size)
    np.testing.assert_array_equal(Perceptual(network)(IMAGES[:, :5], IMAGES[:, :5]), 0)


def test_half_precision_features_are_compared_in_float32():
    inputs = keras.Input(IMAGE_SHAPE)
    network = keras.Model(inputs, layers.Dense(4, dtype="mixed_bfloat16")(inputs))
    assert network(IMAGES).dtype == "bfloat16"
    costs = Perceptual(network)(IMAGES, OTHERS)
    assert costs.dtype == "float32"
    features, others = (np.asarray(tf.cast(network(images), "float32")) for images in (IMAGES, OTHERS))
    np.testing.assert_allclose(costs, ((features - others) ** 2).mean((1, 2, 3)), rtol=1e-5)
