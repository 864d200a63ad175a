import json

import keras
import numpy as np
import pytest
from tiny_zoo import recipe_table

from tfgen.models import VAE, Autoencoder, Classifier
from tfgen.models.classifier import feature_layer
from tfgen.networks import convolutional, mlp
from tfgen.recipes import make_recipe
from tfgen.recipes.build import build_model

SHAPE = (8, 8, 1)


@pytest.fixture
def autoencoder():
    """With batch normalisation, whose statistics are no longer the initial ones."""
    keras.utils.set_random_seed(0)
    model = Autoencoder(
        convolutional.encoder(SHAPE, 3, width=2, batch_norm=True), convolutional.decoder(SHAPE, 3, width=2)
    )
    model.compile("adam", jit_compile=False)
    model.fit(images(8), batch_size=4, epochs=2, verbose=0)
    return model


@pytest.fixture
def vae():
    keras.utils.set_random_seed(0)
    encoder = mlp.encoder(SHAPE, 6, hidden_dims=(5,))
    return VAE(encoder, mlp.decoder(SHAPE, 3, hidden_dims=(5,), output_activation="linear"))


def images(n):
    return np.random.default_rng(0).uniform(-1, 1, (n, *SHAPE)).astype("float32")


def fitted(classifier, **compile_arguments):
    classifier.compile(keras.optimizers.Adam(0.01), **{"jit_compile": False, **compile_arguments})
    classifier.fit(images(12), np.arange(12) % 3, batch_size=4, epochs=2, shuffle=False, verbose=0)
    return classifier


def values(network):
    return [weight.numpy() for weight in network.weights]


def same(first, second):
    return [np.array_equal(a, b) for a, b in zip(first, second, strict=True)]


def test_features_are_the_codes(autoencoder, vae):
    for model in (autoencoder, vae):
        features = Classifier.from_encoder(model, 4).features(images(5))
        np.testing.assert_allclose(features, model.encode(images(5)), rtol=1e-6)
    # A VAE's encoder gives the log-variances too.
    assert Classifier.from_encoder(vae, 4).feature_dim == 3


def test_features_are_a_layer_s_outputs(autoencoder, vae):
    weights = {weight.path: weight.numpy() for weight in vae.encoder.weights}
    hidden = images(5).reshape(5, -1) @ weights["dense_1/kernel"] + weights["dense_1/bias"]
    features = Classifier.from_encoder(vae, 4, layer="activation_1").features(images(5))
    np.testing.assert_allclose(features, np.maximum(hidden, 0), rtol=1e-5, atol=1e-6)
    # A map of features is flattened: 4x4 pixels of 2 channels.
    maps = keras.Model(autoencoder.encoder.input, autoencoder.encoder.get_layer("relu_1").output)(images(5))
    features = Classifier.from_encoder(autoencoder, 4, layer="relu_1").features(images(5))
    np.testing.assert_allclose(features, np.reshape(maps, (5, 32)), rtol=1e-6)


@pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "xla"])
def test_a_frozen_encoder_stays_as_it_is_to_the_bit(autoencoder, jit_compile):
    classifier = Classifier.from_encoder(autoencoder, 3, frozen=True)
    encoder, head = values(classifier.encoder), values(classifier.head)
    fitted(classifier, jit_compile=jit_compile)
    assert all(same(values(classifier.encoder), encoder))
    assert not any(same(values(classifier.head), head))
    assert [weight.path for weight in classifier.trainable_variables] == ["logits/kernel", "logits/bias"]
    # What the head sees in training is what it sees afterwards.
    np.testing.assert_array_equal(
        classifier.features(images(5), training=True), classifier.features(images(5), training=False)
    )


def test_fine_tuning_changes_all_but_the_autoencoder(autoencoder):
    before = values(autoencoder)
    classifier = Classifier.from_encoder(autoencoder, 3)
    encoder, head = values(classifier.encoder), values(classifier.head)
    fitted(classifier)
    # The statistics of the batch normalisation too.
    assert not any(same(values(classifier.encoder), encoder) + same(values(classifier.head), head))
    assert all(same(values(autoencoder), before))
    assert autoencoder.encoder.trainable


def test_a_vae_is_fine_tuned_where_its_means_come_from(vae):
    classifier = Classifier.from_encoder(vae, 3)
    (kernel,) = (weight for weight in classifier.encoder.weights if weight.path.endswith("codes/kernel"))
    before = kernel.numpy()
    fitted(classifier)
    after = kernel.numpy()
    assert not np.any(after[:, :3] == before[:, :3])
    np.testing.assert_array_equal(after[:, 3:], before[:, 3:])


def test_a_frozen_encoder_can_be_set_free(autoencoder):
    classifier = fitted(Classifier.from_encoder(autoencoder, 3, frozen=True))
    before = values(classifier.encoder)
    classifier.encoder.trainable = True
    fitted(classifier)
    assert not classifier.frozen
    assert not any(same(values(classifier.encoder), before))


@pytest.mark.parametrize("frozen", [False, True], ids=["fine_tuned", "frozen"])
@pytest.mark.parametrize("kind", ["autoencoder", "vae"])
def test_files_keep_the_encoder_and_whether_it_is_frozen(request, tmp_path, kind, frozen):
    classifier = fitted(Classifier.from_encoder(request.getfixturevalue(kind), 3, frozen=frozen))
    classifier.save(tmp_path / "classifier.keras")
    loaded = keras.saving.load_model(tmp_path / "classifier.keras", safe_mode=True)
    np.testing.assert_array_equal(loaded.classify(images(5)), classifier.classify(images(5)))
    before = values(loaded.encoder)
    fitted(loaded)
    assert loaded.frozen is all(same(values(loaded.encoder), before)) is frozen
    rebuilt = Classifier.from_config(json.loads(json.dumps(classifier.get_config())))
    assert rebuilt.frozen is frozen
    classifier.save_weights(tmp_path / "model.weights.h5")
    rebuilt.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(rebuilt.classify(images(5)), classifier.classify(images(5)))


def test_recipes_freeze(autoencoder):
    table = recipe_table("classifier")
    assert not build_model(make_recipe("free", table)).frozen
    table["model"]["frozen"] = True
    assert build_model(make_recipe("frozen", table)).frozen


def test_pixels_are_no_features(vae, autoencoder):
    linear = Autoencoder(mlp.encoder(SHAPE, 3, hidden_dims=()), mlp.decoder(SHAPE, 3, hidden_dims=()))
    with pytest.raises(ValueError, match="up to its layer 'flatten' the encoder has no weights, so that the features"):
        Classifier.from_encoder(linear, 3, layer="flatten")
    # All that such an encoder has learned is in its codes.
    assert feature_layer(linear) is None
    assert feature_layer(vae) == "activation_1"
    assert feature_layer(autoencoder) == autoencoder.encoder.layers[-2].name == "flatten"


class IntegerCodes(Autoencoder):
    def encode(self, images, training=False):
        return keras.ops.cast(super().encode(images, training), "int32")


def test_what_a_classifier_cannot_begin_with(autoencoder, vae):
    with pytest.raises(ValueError, match=r"the encoder has no layer 'flat'; it has flatten, dense_1, activation_1, co"):
        Classifier.from_encoder(vae, 3, layer="flat")
    with pytest.raises(ValueError, match=r"codes of this IntegerCodes are int32 of shape \(3,\); a classifier b"):
        Classifier.from_encoder(IntegerCodes(autoencoder.encoder, autoencoder.decoder), 3)
    labels = keras.Input((), dtype="int32")
    autoencoder.encoder = keras.Model(
        [autoencoder.encoder.input, labels], autoencoder.encoder.output + keras.ops.cast(labels[:, None], "float32")
    )
    with pytest.raises(ValueError, match="encoder of this Autoencoder takes more than images; a classifier begins"):
        Classifier.from_encoder(autoencoder, 3)
