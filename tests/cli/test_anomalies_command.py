import csv
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tiny_zoo import write_finished_run

from tfgen.data import ImageSet, load_images
from tfgen.data.pictures import from_uint8
from tfgen.metrics import anomaly_detection
from tfgen.tasks.anomaly_reports import draw_heat_maps
from tfgen.zoo import load

SHAPE = (6, 5)
OWN = ("--smoothing", "none")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return write_finished_run(tmp_path_factory.mktemp("runs") / "tiny", "autoencoder")


def write_photos(folder, low, high, count=10, shape=SHAPE):
    folder.mkdir(parents=True)
    for index in range(count):
        shades = np.random.default_rng([low, index]).integers(low, high, shape).astype(np.uint8)
        Image.fromarray(shades).save(folder / f"{index}.png")
    return folder


def own_scores(run, folder):
    images = np.stack([np.asarray(Image.open(path)) for path in sorted(folder.rglob("*.png"))])
    return np.asarray(load(str(run)).anomaly_score(images[..., None] / np.float32(127.5) - 1))


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def grey(tmp_path):
    return write_photos(tmp_path / "grey", 100, 156)


@pytest.fixture
def black(tmp_path):
    return write_photos(tmp_path / "black", 0, 5, count=3)


def test_scores_above_the_quantile_of_normal_images(tfgen_command, run, grey, black, tmp_path):
    arguments = ("--images", black, "--normal", grey, "--quantile", 0.8, "--output", tmp_path / "s.csv", *OWN)
    code, out, err = tfgen_command("anomalies", run, *arguments)
    assert code == 0, err
    rows = table(tmp_path / "s.csv")
    assert [row["image"] for row in rows] == ["0.png", "1.png", "2.png"]
    scores = [float(row["score"]) for row in rows]
    np.testing.assert_allclose(scores, own_scores(run, black), rtol=1e-5)
    threshold = np.quantile(own_scores(run, grey), 0.8)
    assert [row["anomalous"] for row in rows] == ["1", "1", "1"]
    assert min(scores) > threshold
    assert out.startswith(f"3 of 3 images (100.0%) of black, 3 images score above {threshold:.4g}, the 0.8 quantile of")


def test_the_most_unusual_images_are_shown(tfgen_command, run, grey, tmp_path, monkeypatch):
    drawn = []

    def draw(images, maps, scores, names):
        drawn.append((images, maps, scores, names))
        return draw_heat_maps(images, maps, scores, names)

    monkeypatch.setattr("tfgen.tasks.anomaly_reports.draw_heat_maps", draw)
    arguments = ("--images", grey, "--normal", grey, "--heatmap", tmp_path / "maps.png", "--top", 3, *OWN)
    code, _, err = tfgen_command("anomalies", run, *arguments)
    assert code == 0, err
    expected = sorted(zip(own_scores(run, grey), sorted(grey.iterdir()), strict=True), reverse=True)[:3]
    ((images, maps, scores, names),) = drawn
    assert names == [path.name for _, path in expected]
    np.testing.assert_allclose(scores, [score for score, _ in expected], rtol=1e-5)
    np.testing.assert_array_equal(images.images[..., 0], [np.asarray(Image.open(path)) for _, path in expected])
    reconstructions = load(str(run)).reconstruct(from_uint8(images.images))
    np.testing.assert_allclose(maps.reconstructions, reconstructions, atol=1e-6)
    assert Image.open(tmp_path / "maps.png").format == "PNG"


def test_known_anomalies(tfgen_command, run, grey, black, tmp_path):
    arguments = ("--normal", grey, "--abnormal", black, "--roc", tmp_path / "roc.png", *OWN)
    code, out, err = tfgen_command("anomalies", run, *arguments, "--output", "scores.csv")
    assert code == 0, err
    assert out.startswith("3 of 3 images (100.0%) of black, 3 images score above")
    expected = anomaly_detection(own_scores(run, grey), own_scores(run, black))
    assert f"AUROC {expected.auroc:.4f}, average precision {expected.average_precision:.4f}: 3 anomalies" in out
    assert Image.open(tmp_path / "roc.png").size == (720, 720)
    rows = table(tmp_path / "cwd" / "scores.csv")
    assert [row["known"] for row in rows] == ["abnormal"] * 3 + ["normal"] * 10
    scores = np.concatenate([own_scores(run, folder) for folder in (black, grey)])
    np.testing.assert_allclose([float(row["score"]) for row in rows], scores, rtol=1e-5)


def test_normal_images_are_by_default_the_test_split_of_the_runs_own(tfgen_command, run, black, monkeypatch):
    normal = np.random.default_rng(0).integers(0, 256, (30, *SHAPE, 1), np.uint8)
    read = []

    def load_some(name, split, **options):
        if name != "fashion_mnist":
            return load_images(name, split, **options)
        read.append(split)
        return ImageSet(normal, origin="made up")

    monkeypatch.setattr("tfgen.data.load_images", load_some)
    code, out, err = tfgen_command("anomalies", run, "--images", black, "--split", "train", "--n", 2, *OWN)
    assert code == 0, err
    # Nothing was asked for.
    assert not list(Path.cwd().iterdir())
    assert read == ["test"]
    threshold = np.quantile(np.asarray(load(str(run)).anomaly_score(from_uint8(normal))), 0.95)
    # The split and the number are those of the images that are scored.
    assert " of 2 images (" in out
    assert f"{threshold:.4g}, the 0.95 quantile of 30 normal images of the test split of made up" in out


def test_a_normal_class(tfgen_command, run, grey, black, tmp_path):
    write_photos(tmp_path / "both" / "zebra", 0, 256, count=4)
    write_photos(tmp_path / "both" / "ant", 90, 160, count=5)
    arguments = ("--images", tmp_path / "both", "--normal", grey, "--normal-class", "zebra", "--output", "scores.csv")
    code, out, err = tfgen_command("anomalies", run, *arguments)
    assert code == 0, err
    scores = {row["image"]: float(row["score"]) for row in table(tmp_path / "cwd" / "scores.csv")}
    normal, other = ([score for name, score in scores.items() if name.startswith(each)] for each in ("zebra", "ant"))
    assert (len(normal), len(other)) == (4, 5)
    (area,) = re.findall(r"AUROC ([\d.]+),", out)
    assert float(area) == pytest.approx(anomaly_detection(normal, other).auroc, abs=6e-5)
    # A blur takes most of the error of white noise away.
    assert max(normal) < own_scores(run, tmp_path / "both" / "zebra").min()


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    here = tmp_path_factory.mktemp("folders")
    write_photos(here / "grey", 100, 156, count=4)
    write_photos(here / "classes" / "ant", 100, 156, count=2)
    write_photos(here / "classes" / "zebra", 100, 156, count=2)
    write_photos(here / "wide", 100, 156, count=2, shape=(6, 9))
    write_photos(here / "coloured", 100, 156, count=2, shape=(*SHAPE, 3))
    write_photos(here / "damaged", 100, 156, count=4)
    (here / "damaged" / "2.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (here / "empty").mkdir()
    return here


@pytest.fixture(scope="module")
def model(run):
    return load(str(run))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "say which images to score: by --images, or by --abnormal"),
        (("--images", "grey", "--abnormal", "grey"), "say which images to score: by --images, or by --abnormal"),
        (("--abnormal", "grey", "--normal-class", "zebra"), "leave one of them out"),
        (("--images", "grey", "--roc", "roc.png"), "give --abnormal IMAGES, or --normal-class NAME"),
        (("--abnormal", "grey", "--roc", "a.png", "--heatmap", "a.png"), "are both a.png; give each its own file"),
        (("--images", "grey", "--normal-class", "zebra"), "have no classes; put them into a folder for each class"),
        (("--images", "classes", "--normal-class", "bee"), "has no class 'bee'; it has ant, zebra"),
        (("--images", "wide"), "6x9 pixels and the model takes 6x5; bring them to that size"),
        (("--images", "wide", "--resize"), "--resize makes images square and the model takes 6x5"),
        (("--images", "coloured"), "are coloured and the model takes grey ones"),
        (("--images", "empty"), "empty"),
        (("--images", "damaged", "--heatmap", "maps.png"), "2.png cannot be decoded"),
        (("--abnormal", "wide", "--roc", "roc.png"), "6x9 pixels and the model takes 6x5"),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, tuple) else "",
)
def test_what_cannot_be_scored_is_told_in_one_sentence(
    tfgen_command, run, model, folders, monkeypatch, arguments, sentence
):
    monkeypatch.chdir(folders)
    monkeypatch.setattr("tfgen.zoo.load", lambda name: model)
    monkeypatch.setattr("tfgen.tasks.anomalies.anomaly_scores", lambda *_: pytest.fail("scored first"))
    before = sorted(folders.rglob("*"))
    code, out, err = tfgen_command("anomalies", run, "--normal", "grey", *arguments)
    assert (code, out) == (1, "")
    (told,) = [line for line in err.splitlines() if line.startswith("tfgen: ")]
    assert sentence in told
    assert sorted(folders.rglob("*")) == before


def test_shares_and_pixels_are_checked_before_anything_else(tfgen_command):
    for arguments, sentence in (
        (("--quantile", "95"), "95 is not above 0 and below 1"),
        (("--smoothing", "-1"), "-1 is negative; it is a number of pixels, 0 or more"),
        (("--output", "scores.txt"), "scores.txt cannot be written; name a file that ends in .csv"),
        (("--top", "33"), "33 is more than 32"),
        (("--normal", "nowhere"), "there is no dataset 'nowhere'"),
    ):
        code, _, err = tfgen_command("anomalies", "nothing", *arguments)
        assert code == 2
        assert sentence in err
