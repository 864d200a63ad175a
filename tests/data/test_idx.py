import gzip
import hashlib
import struct

import numpy as np
import pytest

from tfgen.data.idx import holds_idx, read_idx, read_idx_images
from tfgen.data.sources import NotHereError

IMAGES = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)
LABELS = np.array([2, 0, 1], np.uint8)


def idx(array):
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(IMAGES))
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(LABELS)))
    return tmp_path


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_reads_plain_and_gzip(tmp_path, pack):
    path = tmp_path / "images"
    path.write_bytes(pack(idx(IMAGES)))
    np.testing.assert_array_equal(read_idx(path), IMAGES)


def test_md5_is_that_of_the_decompressed_file(tmp_path):
    path = tmp_path / "labels.gz"
    path.write_bytes(gzip.compress(idx(LABELS)))
    np.testing.assert_array_equal(read_idx(path, md5=hashlib.md5(idx(LABELS)).hexdigest()), LABELS)
    with pytest.raises(ValueError, match=r"labels\.gz is not the published file: its md5 is"):
        read_idx(path, md5="0" * 32)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "begins with nothing"),
        (b"hello, world", "no IDX file of unsigned bytes: it begins with 68 65 6c 6c"),
        (struct.pack(">BBBBI", 0, 0, 0x0D, 1, 4) + bytes(16), "begins with 00 00 0d 01"),
        (idx(IMAGES)[:10], "no IDX file"),
        (idx(IMAGES)[:-1], r"holds 59 bytes where its header \(3, 4, 5\) says 60"),
        (idx(IMAGES) + b"x", "holds 61 bytes"),
        (gzip.compress(idx(IMAGES))[:-12], "damaged gzip"),
        (b"\x1f\x8bnonsense", "damaged gzip"),
    ],
    # Of two processes that share the tests: a gzip holds the time.
    ids=["empty", "text", "wrong type", "short header", "too short", "too long", "cut gzip", "no gzip"],
)
def test_bad_files_are_named(tmp_path, content, message):
    path = tmp_path / "some-file"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)


def test_folder_gives_images_with_a_channel_and_labels(folder):
    images = read_idx_images(folder, "train", class_names=("a", "b", "c"))
    np.testing.assert_array_equal(images.images[..., 0], IMAGES)
    assert images.labels.tolist() == [2, 0, 1]
    assert images.labels.dtype == np.int64
    assert images.class_names == ("a", "b", "c")
    assert images.origin == f"IDX files in {folder.name}"


def test_missing_files_are_not_here(folder):
    with pytest.raises(NotHereError, match="t10k-images-idx3-ubyte"):
        read_idx_images(folder, "test", class_names=("a", "b", "c"))


def test_images_and_labels_have_to_belong_together(folder):
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(idx(LABELS[:2]))
    with pytest.raises(ValueError, match="do not belong together"):
        read_idx_images(folder, "train", class_names=("a", "b", "c"))


def test_labels_have_to_be_known(folder):
    with pytest.raises(ValueError, match="holds a class above 1"):
        read_idx_images(folder, "train", class_names=("a", "b"))


def test_a_folder_is_known_by_its_labels(folder):
    md5 = {"train-labels-idx1-ubyte": hashlib.md5(idx(LABELS)).hexdigest(), "t10k-labels-idx1-ubyte": "0" * 32}
    assert holds_idx(folder, md5)
    assert not holds_idx(folder, {**md5, "train-labels-idx1-ubyte": "0" * 32})
