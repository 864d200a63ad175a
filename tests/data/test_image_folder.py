import zipfile

import numpy as np
import pytest
from data.test_image_files import png

from tfgen.data.image_folder import image_splits, read_image_folder


def colour(value):
    return np.full((4, 4, 3), value, np.uint8)


def build(folder, *names):
    """A folder of images whose value is the position of their name."""
    for value, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(png(colour(value)))
    return folder


def values(images):
    return images.images[:, 0, 0, 0].tolist()


def test_flat_folder_is_all_training_images(tmp_path):
    images = read_image_folder(build(tmp_path / "faces", "a.png", "b.png"))
    assert values(images) == [0, 1]
    assert images.labels is None
    assert images.class_names == ()
    assert images.origin == "faces, 2 images"


def test_class_folders_are_labels_in_the_order_of_their_names(tmp_path):
    images = read_image_folder(build(tmp_path, "dog/1.png", "cat/1.png", "cat/sub/2.png"))
    assert images.class_names == ("cat", "dog")
    assert values(images) == [1, 2, 0]
    assert images.labels.tolist() == [0, 0, 1]
    assert images.labels.dtype == np.int64


def test_top_folders_are_splits_and_classes_are_those_of_all_splits(tmp_path):
    folder = build(tmp_path, "train/ant/1.png", "train/cat/1.png", "test/cat/2.png")
    assert values(read_image_folder(folder)) == [0, 1]
    test = read_image_folder(folder, "test")
    assert values(test) == [2]
    assert test.class_names == ("ant", "cat")
    assert test.labels.tolist() == [1]


def test_names_are_those_of_the_images_in_their_order(tmp_path):
    folder = build(tmp_path, "train/ant/1.png", "train/cat/1.png", "test/cat/2.png", "test/ant/3.png", "test/ant/4.png")
    training, test = read_image_folder(folder), read_image_folder(folder, "test")
    assert training.file_names == ("ant/1.png", "cat/1.png")
    assert test.file_names == ("ant/3.png", "ant/4.png", "cat/2.png")
    assert values(test) == [3, 4, 2]


@pytest.mark.parametrize(
    ("names", "splits"),
    [
        (("a.png",), {"train"}),
        (("x/y/a.png",), {"train"}),
        (("x/test/a.png", "x/validation/b.png"), {"test", "validation"}),
    ],
    ids=["flat", "nested", "splits"],
)
def test_splits_that_are_there(tmp_path, names, splits):
    assert set(image_splits(build(tmp_path, *names))) == splits


def test_one_folder_around_all_is_passed_over(tmp_path):
    build(tmp_path / "inner", "all/train/1.png", "all/test/2.png")
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for path in sorted(tmp_path.rglob("*.png")):
            archive.write(path, path.relative_to(tmp_path / "inner"))
    images = read_image_folder(tmp_path / "set.zip", "test")
    assert values(images) == [1]
    assert images.labels is None
    assert images.file_names == ("2.png",)


@pytest.mark.parametrize("names", [("a.png",), ("train/a.png",), ("x/y/a.png",)])
def test_a_split_that_is_not_there(tmp_path, names):
    with pytest.raises(ValueError, match="has no split 'test'; it has: train"):
        read_image_folder(build(tmp_path, *names), "test")


def test_a_folder_of_test_images_only_is_no_training_set(tmp_path):
    with pytest.raises(ValueError, match="has no split 'train'; it has: test"):
        read_image_folder(build(tmp_path, "test/a.png"))


def test_an_image_outside_the_classes(tmp_path):
    with pytest.raises(ValueError, match=r"stray\.png is in no class folder, but others are \(in cat\)"):
        read_image_folder(build(tmp_path, "cat/a.png", "dog/a.png", "stray.png"))


@pytest.mark.parametrize("odd", ["val/b.png", "b.png"])
def test_a_file_beside_the_splits(tmp_path, odd):
    with pytest.raises(ValueError, match=r"b\.png is in none of the splits beside it"):
        read_image_folder(build(tmp_path, "train/a.png", odd))


def test_sizes_differ_unless_resized(tmp_path):
    build(tmp_path, "a.png")
    (tmp_path / "b.png").write_bytes(png(np.full((5, 9, 3), 7, np.uint8)))
    with pytest.raises(ValueError, match="by image_size in Python"):
        read_image_folder(tmp_path)
    images = read_image_folder(tmp_path, image_size=8)
    assert images.images.shape == (2, 8, 8, 3)
    assert values(images) == [0, 7]
