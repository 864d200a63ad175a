import numpy as np
import pytest
from data.test_image_files import png

from tfgen import data
from tfgen.data.celeb_a import PARTITION

ALIGNED = np.random.default_rng(0).integers(0, 256, (218, 178, 3), np.uint8)
SMALL = ALIGNED[:64, :64]


def write(folder, pixels, numbers):
    folder.mkdir(parents=True)
    for number in numbers:
        (folder / f"{number:06}.png").write_bytes(png(pixels))


@pytest.fixture
def aligned(tmp_path):
    write(tmp_path / "celeba" / "img_align_celeba", ALIGNED, (1, 162_770, 162_771, 182_637, 182_638, 202_599))
    return tmp_path


def test_partition_has_the_official_counts():
    assert {split: len(numbers) for split, numbers in PARTITION.items()} == {
        "train": 162_770,
        "validation": 19_867,
        "test": 19_962,
    }


@pytest.mark.parametrize("split", PARTITION)
def test_splits_go_by_image_number(aligned, split):
    assert len(data.load_images("celeb_a", split, data_dir=aligned)) == 2


@pytest.mark.parametrize(
    ("crop", "rows", "columns"),
    [
        (None, slice(35, 183), slice(15, 163)),
        ("148", slice(35, 183), slice(15, 163)),
        ("160", slice(29, 189), slice(9, 169)),
    ],
)
def test_aligned_images_are_cropped_in_the_centre(aligned, crop, rows, columns):
    images = data.load_images("celeb_a", data_dir=aligned, crop=crop)
    np.testing.assert_array_equal(images.images[1], ALIGNED[rows, columns])
    assert images.origin == "celeba, 6 images (a subset of the 202,599)"


def test_aligned_images_are_resized_after_the_crop(aligned):
    assert data.load_images("celeb_a", data_dir=aligned, image_size=64).image_shape == (64, 64, 3)


def test_images_cropped_already_stay_as_they_are(tmp_path):
    write(tmp_path / "celeba64", SMALL, (5,))
    images = data.load_images("celeb_a", data_dir=tmp_path, image_size=64)
    np.testing.assert_array_equal(images.images[0], SMALL)
    assert images.labels is None


def test_images_too_small_for_a_crop(tmp_path):
    write(tmp_path / "celeba64", SMALL, (5,))
    with pytest.raises(ValueError, match=r"000005\.png is 64x64, too small to be cropped to 160"):
        data.load_images("celeb_a", data_dir=tmp_path, crop="160")


def test_a_split_without_images(tmp_path):
    write(tmp_path / "celeba64", SMALL, (5,))
    with pytest.raises(ValueError, match=r"no image of CelebA's test split \(numbers 182,638 to 202,599\)"):
        data.load_images("celeb_a", "test", data_dir=tmp_path)


@pytest.mark.parametrize("number", [0, 202_600])
def test_a_file_without_an_official_number(tmp_path, number):
    write(tmp_path / "celeba64", SMALL, (5, number))
    with pytest.raises(ValueError, match=f"{number:06}.png has no CelebA image number"):
        data.load_images("celeb_a", data_dir=tmp_path)


def test_unknown_crop(aligned):
    with pytest.raises(ValueError, match="celeb_a has no crop '140'; it has: 148, 160"):
        data.load_images("celeb_a", data_dir=aligned, crop="140")
