import keras
import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from tiny_networks import IMAGE_SHAPE, decoder
from tiny_networks import encoder as code_encoder

from tfgen.benchmarks.autoencoders import anomalies
from tfgen.data import ImageSet
from tfgen.models import Autoencoder
from tfgen.tasks.anomalies import anomaly_scores

CLASSES = ("bars", "dots", "waves")


def image_set(seed, count):
    """Bright bars, single dots, and waves, with some noise."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    images = random.normal(60, 10, (count, *IMAGE_SHAPE))
    images[labels == 0, 2:4] += 120
    images[labels == 1, 5, 5] += 150
    images[labels == 2] += 60 * np.sin(np.arange(8.0))[:, None]
    return ImageSet(np.clip(images, 0, 255).astype(np.uint8), labels, CLASSES)


@pytest.fixture
def tiny_model(monkeypatch):
    """What is trained, in place of the benchmark's VAE; the images that it was given."""
    seen = []

    def train(images, steps):
        seen.append(images)
        keras.utils.set_random_seed(0)
        return Autoencoder(code_encoder(), decoder())

    monkeypatch.setattr(anomalies, "train", train)
    monkeypatch.setattr(anomalies, "FORESTS", ((5, 256), (5, 0.5)))
    return seen


def test_the_benchmarks_own_model(monkeypatch):
    monkeypatch.setattr(anomalies, "WIDTH", 2)
    model = anomalies.train(image_set(0, 90), steps=3)
    assert model.trained_steps == 3
    assert model.image_shape == IMAGE_SHAPE


def test_row_of_a_class(tiny_model):
    training, test = image_set(0, 90), image_set(1, 60)
    row = anomalies.measure(1, training, test, steps=3)
    assert row["class"] == "dots"
    assert row["settings"] == anomalies.settings(3)
    assert (row["settings"]["steps"], row["settings"]["smoothing"]) == (3, 1.0)
    np.testing.assert_array_equal(tiny_model[0].images, training.images[training.labels == 1])
    assert all(set(found) == {"bars", "waves"} for found in row["auroc"].values())
    # PCA by NumPy: what is left of the images beside the first 4 directions of the normal ones.
    normal, scored = (images.reshape(len(images), -1) / 127.5 - 1 for images in (training.images[1::3], test.images))
    directions = np.linalg.svd(normal - normal.mean(axis=0))[2][4:]
    rest = ((scored - normal.mean(axis=0)) @ directions.T) ** 2
    scores = rest.sum(axis=1)
    wins = (scores[2::3, None] > scores[1::3]).mean()
    assert row["auroc"]["PCA, 4 components"]["waves"] == pytest.approx(wins, abs=1e-9)
    pca = PCA(4).fit(normal)
    errors = (scored - pca.inverse_transform(pca.transform(scored))).reshape(-1, 8, 8)
    scores = np.square(gaussian_filter(errors, 1.0, axes=(1, 2))).mean(axis=(1, 2))
    wins = (scores[0::3, None] > scores[1::3]).mean()
    assert row["auroc"]["PCA, 4 components, smoothed error"]["bars"] == pytest.approx(wins, abs=1e-9)
    keras.utils.set_random_seed(0)
    model = Autoencoder(code_encoder(), decoder())
    for name, smoothing in ((anomalies.OURS, 1.0), (anomalies.SHARP, 0.0), (anomalies.PLUG_IN, None)):
        scores = anomaly_scores(model, test, smoothing)
        assert row["auroc"][name]["bars"] == pytest.approx((scores[0::3, None] > scores[1::3]).mean(), abs=0.003)
    forest = IsolationForest(n_estimators=5, max_samples=0.5, random_state=0).fit(normal.astype(np.float32))
    scores = -forest.score_samples(scored.astype(np.float32))
    wins = (scores[0::3, None] > scores[1::3]).mean() + (scores[0::3, None] == scores[1::3]).mean() / 2
    assert row["auroc"]["IsolationForest, 5 trees of 50% of the images"]["bars"] == pytest.approx(wins, abs=0.003)
    assert "IsolationForest, 5 trees of 256 images" in row["auroc"]
    curve = row["roc"]["PCA, 4 components"]
    assert (len(curve), curve[-1]) == (101, 1.0)
    assert curve == sorted(curve)


def test_tables_show_means_and_the_best_of_each_kind(tmp_path):
    def row(name, offset):
        others = [each for each in (*CLASSES, "Shirt") if each != name]
        values = {
            anomalies.OURS: 0.9,
            anomalies.SHARP: 0.8,
            anomalies.PLUG_IN: 0.5,
            "IsolationForest, 100 trees of 256 images": 0.84,
            "IsolationForest, 300 trees of 256 images": 0.85,
            "PCA, 95% of the variance": 0.8,
            "PCA, 95% of the variance, smoothed error": 0.99,
            "PCA, 4 components": 0.7,
            "PCA, 4 components, smoothed error": 0.76,
            "PCA, 8 components": 0.74,
            "PCA, 8 components, smoothed error": 0.75,
        }
        auroc = {each: dict.fromkeys(others, value) for each, value in values.items()}
        for found in auroc.values():
            found[others[-1]] += offset
        return {"class": name, "auroc": auroc, "roc": {each: np.linspace(0, 1, 101).tolist() for each in values}}

    rows = [row("bars", 0.03), row("waves", 0.06), row("Shirt", -0.24)]
    lines = anomalies.tables(rows)
    assert lines[0] == (
        "| normal class | VAE, smoothed error | VAE, error | VAE, plug-in loss | "
        "IsolationForest, 100 trees of 256 images | IsolationForest, 300 trees of 256 images | "
        "PCA, 95% of the variance | PCA, 95% of the variance, smoothed error | "
        "PCA, 8 components | PCA, 4 components, smoothed error |"
    )
    assert lines[2] == "| bars | 0.910 | 0.810 | 0.510 | 0.850 | 0.860 | 0.810 | 1.000 | 0.750 | 0.770 |"
    assert lines[5].startswith("| **mean** | **0.8833** | **0.7833** | **0.4833** | **0.8233** | **0.8333** |")
    # Without the class that the settings were chosen by.
    assert lines[6].startswith(
        "| **mean without Shirt and Sandal** | **0.9150** | **0.8150** | **0.5150** | **0.8550** | **0.8650** |"
    )
    assert "chosen by the test AUROC of Shirt and Sandal" in lines[8]
    assert lines[10] == "| normal \\ anomalous | Shirt | bars | dots | waves |"
    assert lines[12:14] == ["| bars | 0.930 |  | 0.900 | 0.900 |", "| waves | 0.960 | 0.900 | 0.900 |  |"]
    assert not any("without" in line for line in anomalies.tables(rows[2:]))
    anomalies.picture(rows, tmp_path / "roc.png")
    assert Image.open(tmp_path / "roc.png").size == (720, 720)


def test_a_stopped_run_goes_on_where_it_was(tiny_model, monkeypatch, tmp_path, capsys):
    sets = {"train": image_set(0, 60), "test": image_set(1, 60)}
    monkeypatch.setattr(anomalies, "load_images", lambda name, split, data_dir: sets[split])
    for classes, width, trained in ((["0"], 2, 1), (["0", "2"], 2, 2), (["2", "0"], 2, 2), (["0"], 3, 3)):
        # Rows of other settings are not taken for these.
        monkeypatch.setattr(anomalies, "WIDTH", width)
        monkeypatch.setattr("sys.argv", ["anomalies", "--output", str(tmp_path), "--classes", *classes])
        anomalies.main()
        assert len(tiny_model) == trained
    assert capsys.readouterr().out.count("measured: normal class") == 3
    assert len((tmp_path / "anomalies.jsonl").read_text().splitlines()) == 3
