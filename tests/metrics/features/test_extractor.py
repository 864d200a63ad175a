import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgen.data.pictures import from_uint8, to_uint8
from tfgen.metrics.features import EXTRACTORS, RESIZERS, Extracted, Extractor
from tfgen.metrics.features.extractor import weights_sha256
from tfgen.registry import UnknownNameError

RNG = np.random.default_rng(0)
BYTES = RNG.integers(0, 256, (5, 6, 7, 3), np.uint8)
IMAGES = from_uint8(BYTES)


def seen(shape=(None, None, 3)):
    """A network whose features are its inputs, all of them or of a size that is not fixed the mean."""
    images = keras.Input(shape)
    pool = keras.layers.GlobalAveragePooling2D() if None in shape else keras.layers.Flatten()
    return keras.Model(images, {"features": pool(images)})


def extractor(network=None, **options):
    network = network or seen((6, 7, 3))
    return Extractor("seen", network, **{"layer": "inputs", "sha256": "0" * 64, "value_range": (0, 255), **options})


def test_bytes_arrive_as_they_were():
    found = extractor()(IMAGES)
    assert isinstance(found, Extracted)
    assert found.probabilities is None
    assert found.features.dtype == np.float32
    np.testing.assert_allclose(found.features, BYTES.reshape(5, -1), rtol=0, atol=1e-4)


def test_quantised_images_are_the_bytes_of_a_file():
    images = RNG.uniform(-1.3, 1.3, (4, 6, 7, 3)).astype("float32")
    # Halves, which round to even.
    images[0, 0, 0] = np.array([0.5, 1.5, 2.5]) / 127.5 - 1
    np.testing.assert_allclose(extractor()(images).features, to_uint8(images).reshape(4, -1), rtol=0, atol=1e-4)
    as_they_are = extractor(quantise=False)(images).features
    np.testing.assert_allclose(as_they_are, ((images + 1) * 127.5).reshape(4, -1), rtol=1e-6, atol=1e-4)
    assert as_they_are.min() < -10
    assert as_they_are.max() > 265


@pytest.mark.parametrize("value_range", [(-1, 1), (0, 1), (-1, 127 / 128), (0, 255)])
def test_black_and_white_are_the_networks(value_range):
    images = np.stack([np.full((6, 7, 3), -1.0), np.ones((6, 7, 3))]).astype("float32")
    black, white = extractor(value_range=value_range)(images).features
    np.testing.assert_allclose(black, value_range[0], atol=1e-6)
    np.testing.assert_allclose(white, value_range[1], rtol=1e-6)


def test_inceptions_range_is_exact():
    steps = from_uint8(np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1))
    found = extractor(seen((16, 16, 1)), value_range=(-1, 127 / 128))(steps).features
    np.testing.assert_array_equal(found[0], (np.arange(256, dtype="float32") - 128) / 128)


@pytest.mark.parametrize("resizer", RESIZERS)
def test_images_are_resized_after_they_are_rounded(resizer):
    images = RNG.uniform(-1, 1, (3, 11, 4, 3)).astype("float32")
    expected = RESIZERS[resizer](to_uint8(images).astype("float32"), (6, 7))
    found = extractor(resizer=resizer)(images).features
    np.testing.assert_allclose(found, np.reshape(expected, (3, -1)), rtol=0, atol=1e-3)


def test_images_of_the_networks_size_are_not_resized(monkeypatch):
    monkeypatch.setitem(RESIZERS, "tf1_bilinear", lambda images, size: np.zeros((1, *size, 3), "f4"))
    assert extractor()(IMAGES).features.any()
    assert not extractor()(IMAGES[:, 1:]).features.any()


def test_a_network_of_any_size_gets_images_as_they_are():
    found = extractor(seen())
    for size in (3, 8):
        images = RNG.uniform(-1, 1, (2, size, size + 1, 3)).astype("float32")
        np.testing.assert_allclose(found(images).features, to_uint8(images).mean(axis=(1, 2)), rtol=1e-5)
        assert found.protocol(images.shape[1:])["resizer"] == "none"


def test_grey_images_get_three_equal_channels():
    grey = extractor()(IMAGES[..., :1]).features.reshape(5, 6, 7, 3)
    np.testing.assert_allclose(grey, np.repeat(BYTES[..., :1], 3, axis=-1), rtol=0, atol=1e-4)


def test_colour_is_not_made_grey():
    with pytest.raises(ValueError, match="images have 3 channels and seen takes grey ones; convert them"):
        extractor(seen((6, 7, 1)))(IMAGES)


@pytest.mark.parametrize(
    ("images", "shown"),
    [
        (BYTES, r"uint8 of shape \(5, 6, 7, 3\)"),
        (IMAGES[0], r"float32 of shape \(6, 7, 3\)"),
        (IMAGES[:0], r"float32 of shape \(0, 6, 7, 3\)"),
        (IMAGES[..., :2], r"float32 of shape \(5, 6, 7, 2\)"),
        (BYTES.astype(int), r"int64 of shape \(5, 6, 7, 3\)"),
    ],
)
def test_what_is_no_image_is_refused(images, shown):
    with pytest.raises(ValueError, match=rf"images are {shown}; an extractor takes float32 in \[-1, 1\].*from_uint8"):
        extractor()(images)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused(value):
    images = IMAGES.copy()
    images[3, 2, 1, 0] = value
    with pytest.raises(ValueError, match="images have values that are not finite; look for NaN"):
        extractor()(images)


def test_tensorflow_and_float64_are_taken():
    expected = extractor()(IMAGES).features
    np.testing.assert_array_equal(extractor()(tf.constant(IMAGES)).features, expected)
    np.testing.assert_array_equal(extractor()(IMAGES.astype("float64")).features, expected)


def classifier(classes=4):
    images = keras.Input((6, 7, 3))
    features = keras.layers.Conv2D(5, 3, activation="relu")(images)
    features = keras.layers.BatchNormalization()(keras.layers.GlobalMaxPooling2D()(features))
    probabilities = keras.layers.Dense(classes, activation="softmax")(features)
    return keras.Model(images, {"features": features, "probabilities": probabilities})


def test_batches_are_joined_in_order_and_do_not_mix():
    found = extractor(classifier(), value_range=(-1, 1))
    images = RNG.uniform(-1, 1, (150, 6, 7, 3)).astype("float32")
    together = found(images)
    assert together.features.shape == (150, 5)
    alone = [found(images[index : index + 1]) for index in range(0, 150, 7)]
    np.testing.assert_allclose(together.features[::7], np.concatenate([one.features for one in alone]), rtol=1e-5)
    np.testing.assert_allclose(
        together.probabilities[::7], np.concatenate([one.probabilities for one in alone]), rtol=1e-5
    )


def test_classes():
    found = extractor(classifier())
    assert found.classes == 4
    probabilities = found(IMAGES).probabilities
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), np.ones(5), rtol=1e-6)
    assert extractor().classes == 0


def test_one_graph_for_each_shape_of_an_image():
    traces = []

    class Counting(keras.layers.Layer):
        def call(self, inputs):
            traces.append(inputs.shape)
            return inputs

    images = keras.Input((6, 7, 3))
    found = extractor(keras.Model(images, {"features": keras.layers.Flatten()(Counting()(images))}))
    traces.clear()
    for count in (1, 2, 5, 1):
        found(IMAGES[:count])
    assert len(traces) == 1
    found(IMAGES[:, 1:])
    found(IMAGES[..., :1])
    assert len(traces) == 3


def test_nothing_learns():
    network = classifier()
    before = weights_sha256(network)
    extractor(network)(IMAGES)
    assert weights_sha256(network) == before


def test_half_precision_networks_give_float32():
    images = keras.Input((6, 7, 3))
    features = keras.layers.Dense(2, dtype="mixed_bfloat16")(keras.layers.Flatten()(images))
    assert extractor(keras.Model(images, {"features": features}))(IMAGES).features.dtype == np.float32


def test_protocol():
    found = extractor(layer="pool", sha256="ab" * 32, resizer="clean_bicubic").protocol((9, 7, 1))
    assert list(found.items()) == [
        ("name", "seen"),
        ("sha256", "ab" * 32),
        ("layer", "pool"),
        ("resizer", "clean_bicubic"),
        ("quantisation", "uint8"),
        ("value_range", "0.0 to 255.0"),
    ]
    assert extractor(quantise=False).protocol((9, 7, 1))["quantisation"] == "float"


@pytest.mark.parametrize(
    ("image_shape", "resizer"),
    [((6, 7, 3), "none"), ([6, 7, 1], "none"), ((7, 6, 3), "tf1_bilinear"), ((6, 8, 3), "tf1_bilinear")],
)
def test_the_protocol_names_a_resizer_only_where_it_resizes(image_shape, resizer, monkeypatch):
    used = []
    resize = RESIZERS["tf1_bilinear"]
    monkeypatch.setitem(RESIZERS, "tf1_bilinear", lambda *arguments: used.append(True) or resize(*arguments))
    found = extractor()
    found(np.zeros((1, *image_shape), "f4"))
    assert found.protocol(image_shape)["resizer"] == resizer
    assert bool(used) == (resizer != "none")


def test_standard_is_not_a_matter_of_the_name():
    named = Extractor("inception_2015", seen((6, 7, 3)), layer="pool_3", sha256="0" * 64)
    assert not named.is_standard
    assert not named.unrounded().is_standard
    standard = extractor(is_standard=True)
    assert standard.is_standard
    assert standard.unrounded().is_standard
    with pytest.raises(AttributeError):
        named.is_standard = True


def test_unrounded():
    images = RNG.uniform(-1, 1, (2, 9, 9, 3)).astype("float32")
    options = {"value_range": (-3, 5), "resizer": "clean_bicubic"}
    found, expected = extractor(**options).unrounded(), extractor(**options, quantise=False)
    assert found.protocol((9, 9, 3)) == expected.protocol((9, 9, 3))
    np.testing.assert_array_equal(found(images).features, expected(images).features)


def test_unknown_resizer():
    with pytest.raises(UnknownNameError, match=r"there is no resizer 'tf_bilinear'; did you mean tf1_bilinear\?"):
        extractor(resizer="tf_bilinear")


IMAGE, ROWS = keras.Input((6, 7, 3)), keras.Input((5,))


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        (lambda: keras.Model(ROWS, {"features": ROWS}), r"seen takes \(None, 5\); the network of an extractor takes"),
        (lambda: keras.Model([IMAGE, ROWS], {"features": ROWS}), "seen takes .*; the network of an extractor takes"),
        (lambda: keras.Model(IMAGE, keras.layers.Flatten()(IMAGE)), "gives a dictionary with 'features'$"),
        (lambda: keras.Model(IMAGE, {"logits": keras.layers.Flatten()(IMAGE)}), "a dictionary with 'features'$"),
        (lambda: keras.Model(IMAGE, {"features": IMAGE + 0}), r"have shape \(None, 6, 7, 3\), not \(n, width\)"),
    ],
)
def test_networks_that_do_not_fit_are_refused(network, sentence):
    with pytest.raises(ValueError, match=sentence):
        extractor(network())


def test_weights_sha256_is_of_the_values(tmp_path):
    network = classifier()
    expected = weights_sha256(network)
    network.save(tmp_path / "network.keras")
    assert weights_sha256(keras.saving.load_model(tmp_path / "network.keras")) == expected
    values = network.weights[3].numpy()
    values.flat[0] = np.nextafter(values.flat[0], np.float32(9))
    network.weights[3].assign(values)
    assert weights_sha256(network) != expected


def test_every_extractor_has_a_summary():
    assert {"inception_2015", "inception_2015_logits"} <= set(EXTRACTORS.names())
    assert all(entry.summary.endswith(".") for entry in EXTRACTORS.entries())
