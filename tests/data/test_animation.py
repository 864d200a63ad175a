import numpy as np
import pytest
from PIL import Image, ImageSequence

from tfgen.data import animation
from tfgen.data.animation import write_animation


def frames_of(path):
    with Image.open(path) as image:
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)], image.info


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_grey_frames_come_back_as_they_were(tmp_path, suffix):
    frames = np.random.default_rng(0).integers(0, 256, (5, 16, 20, 1), np.uint8)
    write_animation(tmp_path / "new" / f"a{suffix}", frames, 20)
    found, info = frames_of(tmp_path / "new" / f"a{suffix}")
    np.testing.assert_array_equal(found, frames.repeat(3, axis=-1))
    assert (info["duration"], info["loop"]) == (50, 0)


def test_colours(tmp_path):
    frames = np.random.default_rng(0).integers(0, 256, (3, 16, 20, 3), np.uint8)
    write_animation(tmp_path / "a.webp", frames)
    np.testing.assert_array_equal(frames_of(tmp_path / "a.webp")[0], frames)
    # GIF has 256 colours a frame: enough for these.
    few = frames // 64 * 64
    write_animation(tmp_path / "a.gif", few)
    np.testing.assert_array_equal(frames_of(tmp_path / "a.gif")[0], few)


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
@pytest.mark.parametrize("rate", [animation.MINIMUM_FRAME_RATE, animation.MAXIMUM_FRAME_RATE])
def test_the_slowest_and_the_fastest(tmp_path, suffix, rate):
    frames = np.random.default_rng(0).integers(0, 256, (2, 4, 4, 1), np.uint8)
    write_animation(tmp_path / f"a{suffix}", frames, rate)
    assert frames_of(tmp_path / f"a{suffix}")[1]["duration"] == 1000 / rate


def test_one_frame(tmp_path):
    write_animation(tmp_path / "a.gif", np.zeros((1, 4, 4, 1), np.uint8))
    assert len(frames_of(tmp_path / "a.gif")[0]) == 1


def test_a_failure_leaves_what_was_there(tmp_path, monkeypatch):
    (tmp_path / "a.gif").write_text("before")

    def fail(items, *_):
        yield next(iter(items))
        raise OSError("disk full")

    monkeypatch.setattr(animation, "progress", fail)
    with pytest.raises(OSError, match="disk full"):
        write_animation(tmp_path / "a.gif", np.zeros((3, 4, 4, 1), np.uint8))
    assert [path.name for path in tmp_path.iterdir()] == ["a.gif"]
    assert (tmp_path / "a.gif").read_text() == "before"


@pytest.mark.parametrize(
    ("name", "frames", "rate", "sentence"),
    [
        ("a.gif", np.zeros((2, 4, 4, 1)), 5, "frames are float64"),
        ("a.gif", np.zeros((2, 4, 4, 2), np.uint8), 5, r"frames are uint8 of shape \(2, 4, 4, 2\)"),
        ("a.gif", np.zeros((0, 4, 4, 1), np.uint8), 5, r"of shape \(0, 4, 4, 1\)"),
        ("a.gif", np.zeros((2, 4, 4, 1), np.uint8), 51, "frames_per_second is 51; it is from 0.1 to 50"),
        ("a.gif", np.zeros((2, 4, 4, 1), np.uint8), 0.001, "frames_per_second is 0.001; it is from 0.1 to 50"),
        ("a.mp4", np.zeros((2, 4, 4, 1), np.uint8), 5, "a.mp4 is no name for an animation"),
    ],
)
def test_bad_input_is_named(tmp_path, name, frames, rate, sentence):
    with pytest.raises(ValueError, match=sentence):
        write_animation(tmp_path / name, frames, rate)
    assert not list(tmp_path.iterdir())
