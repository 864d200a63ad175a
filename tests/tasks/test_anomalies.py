import csv
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from PIL import Image
from tiny_networks import IMAGE_SHAPE, decoder, encoder

from tfgen.data import ImageSet
from tfgen.data.pictures import from_uint8
from tfgen.errors import TfgenError
from tfgen.models import VAE, Autoencoder
from tfgen.models.image_model import Signature
from tfgen.networks import mlp
from tfgen.tasks.anomalies import AnomalyDetector, ErrorMaps, anomaly_scores, error_maps
from tfgen.tasks.anomaly_reports import draw_heat_maps, draw_roc, write_figure, write_scores


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return Autoencoder(encoder(), decoder())


def random_images(count, seed=0):
    return ImageSet(np.random.default_rng(seed).integers(0, 256, (count, *IMAGE_SHAPE), np.uint8), origin="noise")


def errors(model, images):
    return from_uint8(images.images) - np.asarray(model.reconstruct(from_uint8(images.images)))


def test_score_is_the_models_own(model):
    # 300 images take two batches.
    images = random_images(300)
    scores = anomaly_scores(model, images, None)
    assert (scores.shape, scores.dtype) == ((300,), np.float64)
    np.testing.assert_allclose(scores, np.square(errors(model, images)).mean(axis=(1, 2, 3)), rtol=1e-5)
    vae = VAE(mlp.encoder(IMAGE_SHAPE, 6, hidden_dims=(5,)), decoder())
    floats = from_uint8(images.images)
    np.testing.assert_allclose(anomaly_scores(vae, images, None), vae.anomaly_score(floats), rtol=1e-5)
    assert not np.allclose(vae.anomaly_score(floats), vae.reconstruction_error(floats), rtol=1e-4)


def blur_matrix(size, deviation):
    """What Gaussian smoothing multiplies a row of pixels by, the image mirrored beyond its border."""
    matrix = np.zeros((size, size))
    for row in range(size):
        weights = np.exp(-0.5 * (np.arange(-4 * size, 4 * size) / deviation) ** 2)
        weights[np.abs(np.arange(-4 * size, 4 * size)) > round(4 * deviation)] = 0
        for offset, weight in zip(range(-4 * size, 4 * size), weights / weights.sum(), strict=True):
            place = (row + offset) % (2 * size)
            matrix[row, place if place < size else 2 * size - 1 - place] += weight
    return matrix


@pytest.mark.parametrize("smoothing", [0.0, 0.7, 1.5])
def test_maps_are_squares_of_blurred_errors(model, smoothing):
    images = random_images(3)
    blur = blur_matrix(8, smoothing) if smoothing else np.eye(8)
    expected = np.square(np.einsum("ij,njkc,lk->nilc", blur, errors(model, images), blur)).mean(axis=-1)
    found = error_maps(model, images, smoothing)
    np.testing.assert_allclose(found.errors, expected, rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(found.reconstructions, model.reconstruct(from_uint8(images.images)), atol=1e-6)
    np.testing.assert_allclose(anomaly_scores(model, images, smoothing), expected.mean(axis=(1, 2)), rtol=1e-4)


def test_the_error_is_blurred_by_a_pixel_where_nothing_is_said(model):
    images = random_images(3)
    np.testing.assert_array_equal(anomaly_scores(model, images), anomaly_scores(model, images, 1.0))
    assert AnomalyDetector.fit(model, images) == AnomalyDetector.fit(model, images, smoothing=1.0)


def test_threshold_leaves_a_share_of_normal_images_below(model):
    normal, others = random_images(101), ImageSet(np.full((2, *IMAGE_SHAPE), 255, np.uint8))
    for smoothing in (None, 1.0):
        detector = AnomalyDetector.fit(model, normal, quantile=0.9, smoothing=smoothing)
        scores = anomaly_scores(model, normal, smoothing)
        assert detector.threshold == pytest.approx(np.sort(scores)[90])
        assert detector.flag(normal).sum() == 10
        np.testing.assert_array_equal(detector.score(normal), scores)
        # White images are far from what noise is reconstructed as.
        assert detector.flag(others).all()


def test_what_cannot_be_scored_is_refused(model):
    images = random_images(2)
    for quantile in (0, 1, 1.5, float("nan")):
        with pytest.raises(ValueError, match="it is above 0 and below 1"):
            AnomalyDetector.fit(model, images, quantile=quantile)
    with pytest.raises(ValueError, match="smoothing is -1; it is a number of pixels, 0 or more"):
        anomaly_scores(model, images, -1)
    with pytest.raises(ValueError, match="the model takes"):
        anomaly_scores(model, ImageSet(np.zeros((2, 6, 5, 1), np.uint8)))
    signature = Signature(None, (SimpleNamespace(name="images"), SimpleNamespace(name="labels")), "scores")
    with pytest.raises(ValueError, match="is told the class of each image"):
        anomaly_scores(SimpleNamespace(signature=lambda name: signature), images, None)
    diverged = Autoencoder(encoder(), decoder())
    diverged.decoder.set_weights([np.full_like(weight, np.nan) for weight in diverged.decoder.get_weights()])
    for smoothing in (None, 1.0):
        with pytest.raises(TfgenError, match="the errors of noise are not all finite"):
            anomaly_scores(diverged, images, smoothing)


def test_table_reads_back_as_the_same_numbers(tmp_path):
    scores = np.array([1 / 3, 2e-9, 7.0])
    write_scores(tmp_path / "s.csv", ["a,b.png", 'c".png', "ü.png"], scores, 1 / 3, ["", "normal", "abnormal"])
    with (tmp_path / "s.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["image"] for row in rows] == ["a,b.png", 'c".png', "ü.png"]
    assert [float(row["score"]) for row in rows] == scores.tolist()
    # The threshold itself is not above it.
    assert [row["anomalous"] for row in rows] == ["0", "0", "1"]
    assert [row["known"] for row in rows] == ["", "normal", "abnormal"]


@pytest.mark.parametrize("channels", [1, 3], ids=["grey", "coloured"])
def test_heat_maps_are_brightest_where_the_error_is(tmp_path, channels):
    images = ImageSet(np.full((2, 6, 5, channels), 255, np.uint8))
    places = np.zeros((2, 6, 5), np.float32)
    places[1, :, 3:], places[0, 0] = 0.5, 0.25
    maps = ErrorMaps(np.full((2, 6, 5, channels), -1, np.float32), places)
    figure = draw_heat_maps(images, maps, np.array([1.0, 2.0]), ["a$b", "a long name " * 5])
    axes, bar = figure.axes
    mosaic = np.asarray(axes.images[0].get_array())
    rows = mosaic[2:].reshape(3, 8, -1, 3)[:, :6, 2:]
    parts = np.stack([rows[:, :, :5], rows[:, :, 7:12]], axis=1)
    assert (parts[0] == 255).all()
    assert (parts[1] == 0).all()
    # The ends and the middle of matplotlib's inferno: nearly black, a red, a light yellow.
    for column, place, colour in ((0, (3, 3), (0, 0, 3)), (0, (0, 3), (188, 55, 84)), (1, (3, 3), (252, 255, 164))):
        np.testing.assert_allclose(parts[2, column][place].astype(int), colour, atol=2)
    assert bar.get_ylim() == (0, 0.5)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["a\\$b\n1", "... a long name \n2"]
    write_figure(tmp_path / "maps.png", figure)
    assert Image.open(tmp_path / "maps.png").format == "PNG"


def test_roc_goes_through_the_rates_at_every_threshold():
    normal, anomalous = np.array([1.0, 2, 3]), np.array([2.5, 4])
    figure = draw_roc({"one": (normal, anomalous)})
    _, line = figure.axes[0].lines
    # Of the anomalies 4 lies above all normal images, 2.5 above all but one.
    assert np.column_stack(line.get_data()).tolist() == [[0, 0], [0, 0.5], [1 / 3, 0.5], [1 / 3, 1], [1, 1]]
    assert line.get_label() == "one, AUROC 0.833"
    with pytest.raises(ValueError, match="anomalous scores have shape"):
        draw_roc({"one": (np.array([1.0]), np.array([]))})
