"""What TensorBoard's own projector reads and serves of the files."""

import io
import json
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from tensorboard.plugins.projector.projector_plugin import ProjectorPlugin
from werkzeug.test import Client

from tfgen.data.image_set import ImageSet
from tfgen.tasks import projector
from tfgen.tasks.projector import sprite, write_projector

RNG = np.random.default_rng(0)
FEATURES = RNG.normal(size=(5, 3)).astype(np.float32)
IMAGES = RNG.integers(0, 256, (5, 6, 4, 3), np.uint8)


def served(folder):
    """A function that asks TensorBoard for what is in the folder."""
    runs = SimpleNamespace(list_runs=lambda *_, **__: [])
    apps = ProjectorPlugin(SimpleNamespace(data_provider=runs, logdir=str(folder))).get_plugin_apps()

    def ask(route, **query):
        answer = Client(apps[route]).get("/", query_string={"run": ".", **query})
        assert answer.status_code == 200, answer.text
        return answer.data

    return ask


def test_tensorboard_serves_what_was_written(tmp_path):
    images = ImageSet(IMAGES, np.array([1, 0, 1, 1, 0]), ("cat", "wild\tcat"))
    write_projector(tmp_path / "p", FEATURES, images, name="codes")
    ask = served(tmp_path / "p")
    assert json.loads(ask("/runs")) == ["."]
    (embedding,) = json.loads(ask("/info"))["embeddings"]
    assert (embedding["tensorName"], embedding["tensorShape"]) == ("codes", [5, 3])
    assert embedding["sprite"]["singleImageDim"] == [4, 6]
    tensor = np.frombuffer(ask("/tensor", name="codes"), np.float32)
    np.testing.assert_array_equal(tensor.reshape(5, 3), FEATURES)
    lines = ask("/metadata", name="codes").decode().splitlines()
    assert lines[:3] == ["index\tlabel\tclass_name", "0\t1\twild cat", "1\t0\tcat"]
    assert len(lines) == 6
    atlas = np.asarray(Image.open(io.BytesIO(ask("/sprite_image", name="codes"))))
    # Three rows of three, of which the last four places are empty.
    assert atlas.shape == (18, 12, 3)
    np.testing.assert_array_equal(atlas[6:12, 4:8], IMAGES[4])


def test_without_classes_a_column_has_no_title(tmp_path):
    write_projector(tmp_path / "p", FEATURES, ImageSet(IMAGES[..., :1]))
    assert served(tmp_path / "p")("/metadata", name="features").decode().split() == ["0", "1", "2", "3", "4"]


def test_large_sprites_are_made_smaller(monkeypatch):
    monkeypatch.setattr(projector, "LARGEST_SPRITE", 10)
    flat = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.full((6, 4, 1), 50, np.uint8)
    atlas, size = sprite(flat)
    # Of 10 pixels each of three rows gets 3, which the longer side takes.
    assert size == (3, 2)
    assert atlas.shape == (9, 6, 1)
    np.testing.assert_array_equal(atlas[3:6, 2:4], 200)
    np.testing.assert_array_equal(atlas[:3, 4:], 100)


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "mine").touch()
    with pytest.raises(ValueError, match="is there already and not an empty folder"):
        write_projector(tmp_path / "p", FEATURES, ImageSet(IMAGES))
    with pytest.raises(ValueError, match=r"features have shape \(4, 3\); those of 5 images"):
        write_projector(tmp_path / "q", FEATURES[:4], ImageSet(IMAGES))
    assert [path.name for path in tmp_path.iterdir()] == ["p"]
