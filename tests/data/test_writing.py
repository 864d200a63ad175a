import numpy as np
import pytest
from PIL import Image

from tfgen.data.writing import check_output, write_images, write_named_images


def random_images(count, channels=1, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (count, 4, 3, channels)).astype(np.float32)


def nearest_grey(images):
    return np.floor((images.astype(np.float64) + 1) * 127.5 + 0.5).astype(np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
def test_png_is_one_grid(tmp_path, channels):
    images = random_images(5, channels)
    write_images([images[:2], images[2:]], 5, tmp_path / "grid.png")
    picture = np.asarray(Image.open(tmp_path / "grid.png")).reshape(2 * 6 + 2, 3 * 5 + 2, channels)
    for index, image in enumerate(nearest_grey(images)):
        top, left = index // 3 * 6 + 2, index % 3 * 5 + 2
        np.testing.assert_array_equal(picture[top : top + 4, left : left + 3], image)
    assert (picture[8:, 12:] == 255).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_npz_is_an_array(tmp_path, channels):
    images = random_images(5, channels)
    write_images([images[:2], images[2:]], 5, tmp_path / "images.npz")
    with np.load(tmp_path / "images.npz", allow_pickle=False) as file:
        assert file.files == ["images"]
        assert file["images"].dtype == np.uint8
        np.testing.assert_array_equal(file["images"], nearest_grey(images))


@pytest.mark.parametrize("channels", [1, 3])
def test_folder_of_pngs(tmp_path, channels):
    images = random_images(5, channels)
    write_images([images[:2], images[2:]], 5, tmp_path / "new" / "images")
    paths = sorted((tmp_path / "new" / "images").iterdir())
    assert [path.name for path in paths] == ["00000.png", "00001.png", "00002.png", "00003.png", "00004.png"]
    for path, image in zip(paths, nearest_grey(images), strict=True):
        np.testing.assert_array_equal(np.asarray(Image.open(path)).reshape(image.shape), image)


def test_names_sort_as_the_images_do_however_many(tmp_path):
    write_images([random_images(2)], 100_001, tmp_path / "images")
    assert sorted(path.name for path in (tmp_path / "images").iterdir()) == ["000000.png", "000001.png"]


def test_folder_is_written_batch_by_batch(tmp_path):
    written = []

    def batches():
        for seed in range(3):
            written.append(len(list(tmp_path.rglob("*.png"))))
            yield random_images(2, seed=seed)

    write_images(batches(), 6, tmp_path / "images")
    assert written == [0, 2, 4]


def test_empty_folder_is_taken(tmp_path):
    (tmp_path / "images").mkdir()
    write_images([random_images(1)], 1, tmp_path / "images")
    assert len(list((tmp_path / "images").iterdir())) == 1


@pytest.mark.parametrize("name", ["out.png", "out.npz", "out"])
def test_failure_half_way_leaves_nothing(tmp_path, name):
    def batches():
        yield random_images(2)
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        write_images(batches(), 4, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["out.png", "out.npz"])
def test_failure_half_way_leaves_the_old_file(tmp_path, name):
    (tmp_path / name).write_bytes(b"old")

    def batches():
        yield random_images(2)
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        write_images(batches(), 4, tmp_path / name)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("out.jpg", r"out\.jpg cannot be written: outputs are a \.png grid, a \.npz array, or a folder"),
        ("folder.png", r"folder\.png is a folder; name a file"),
        ("folder.npz", r"folder\.npz is a folder; name a file"),
        ("full", "full is there already and not an empty folder"),
        ("file", "file is there already and not an empty folder"),
        ("file/new/out.png", r"out\.png cannot be written: .*/file is no folder that you can write to"),
    ],
)
def test_outputs_that_are_refused_before_any_work(tmp_path, name, said):
    for folder in ("folder.png", "folder.npz", "full"):
        (tmp_path / folder).mkdir()
    (tmp_path / "full" / "picture.png").write_bytes(b"")
    (tmp_path / "file").write_bytes(b"")

    def batches():
        raise AssertionError("asked for images")
        yield

    with pytest.raises(ValueError, match=said):
        check_output(tmp_path / name)
    with pytest.raises(ValueError, match=said):
        write_images(batches(), 1, tmp_path / name)


@pytest.mark.parametrize("name", ["out.png", "new/out"])
def test_a_folder_that_may_not_be_written_to(tmp_path, monkeypatch, name):
    monkeypatch.setattr("os.access", lambda folder, mode: folder != tmp_path)
    with pytest.raises(ValueError, match=f"cannot be written: {tmp_path} is no folder that you can write to"):
        check_output(tmp_path / name)


@pytest.mark.parametrize("name", ["out.png", "out.npz", "out", "new/out"])
def test_outputs_that_are_taken(tmp_path, name):
    check_output(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_images_keep_their_names(tmp_path):
    images = np.linspace(-1, 1, 3, dtype=np.float32).reshape(3, 1, 1, 1) + np.zeros((3, 4, 5, 1), np.float32)
    write_named_images([images[:2], images[2:]], ["a.jpg", "sub/a.jpg", "b.PNG"], tmp_path / "clean")
    found = {str(path.relative_to(tmp_path)): np.asarray(Image.open(path)) for path in tmp_path.rglob("*.png")}
    assert {name: int(pixels[0, 0]) for name, pixels in found.items()} == {
        "clean/a.png": 0,
        "clean/sub/a.png": 128,
        "clean/b.png": 255,
    }
    for names, sentence in (
        (["a.jpg", "a.png", "b.png"], "two of the images would be written as a.png"),
        (["a.jpg", "../a.png", "b.png"], "leads out of the folder"),
        (["a.jpg", "/a.png", "b.png"], "leads out of the folder"),
    ):
        with pytest.raises(ValueError, match=sentence):
            write_named_images([images], names, tmp_path / "other")
        assert not (tmp_path / "other").exists()
