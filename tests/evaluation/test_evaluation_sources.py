"""What a name stands for, and what cannot be compared."""

import hashlib

import numpy as np
import pytest
from PIL import Image
from tiny_zoo import IMAGE_SHAPE

from tfgen.data.pictures import to_uint8
from tfgen.errors import TfgenError
from tfgen.evaluation.sources import ImageSource, ModelSource, open_images, open_reference, open_subject
from tfgen.zoo import load


def images(count=4, shape=IMAGE_SHAPE):
    return np.random.default_rng(0).integers(0, 256, (count, *shape), np.uint8)


def all_of(source, count, batch_size=3):
    return np.concatenate(list(source.batches(count, batch_size)))


def test_a_checkpoint(zoo):
    subject = open_subject("gan_dots", seed=4)
    assert isinstance(subject, ModelSource)
    np.testing.assert_allclose(all_of(subject, 7), load("gan_dots").sample(7, seed=4), atol=1e-6)
    sha256 = hashlib.sha256((zoo / "gan_dots" / "model.weights.h5").read_bytes()).hexdigest()
    assert subject.protocol() == {"checkpoint_sha256": sha256, "seed": 4}
    assert (subject.count(None), subject.count(5)) == (10_000, 5)


def test_a_run_s_folder(runs):
    subject = open_subject(str(runs["vae"]))
    assert isinstance(subject, ModelSource)
    assert subject.recipe.name == "vae"


def test_an_array(tmp_path):
    for name in ("images", "arr_0"):
        np.savez(tmp_path / "samples.npz", **{name: images()})
        subject = open_subject(str(tmp_path / "samples.npz"))
        np.testing.assert_array_equal(to_uint8(all_of(subject, 4)), images())
    assert subject.protocol() == {"split": None, "origin": "samples.npz", "available": 4, "shape": [6, 5, 1]}


def test_a_folder_and_a_zip_split_after_a_colon(tmp_path):
    for split, count in (("train", 3), ("test", 2)):
        (tmp_path / "photos" / split).mkdir(parents=True)
        for index in range(count):
            Image.fromarray(images()[index, ..., 0]).save(tmp_path / "photos" / split / f"{index}.png")
    path = str(tmp_path / "photos")
    assert open_subject(path).count(None) == 3
    held_out = open_subject(f"{path}:test")
    assert (held_out.count(None), held_out.split, held_out.label) == (2, "test", f"{path}:test")
    np.testing.assert_array_equal(to_uint8(all_of(held_out, 2)), images()[:2])


def test_a_data_set():
    try:
        test = open_images("fashion_mnist:test")
    except FileNotFoundError as error:
        pytest.skip(f"Fashion-MNIST is not here: {error}")
    assert (test.name, test.split, len(test.images)) == ("fashion_mnist", "test", 10_000)
    assert open_images("fashion_mnist").split == "test"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("gan_dotz", "there is no recipe or checkpoint 'gan_dotz'; did you mean gan_dots"),
        ("./nothing", "there is nothing at ./nothing; name a checkpoint, a run's folder, a data set, or images"),
        ("nothing.npz", "No such file or directory: 'nothing.npz'"),
        ("gan_untrained", "gan_untrained has no published weights yet"),
        ("gan_dots:test", "there is no recipe or checkpoint 'gan_dots:test'; did you mean gan_dots"),
    ],
)
def test_what_is_not_there(zoo, name, sentence):
    with pytest.raises((TfgenError, FileNotFoundError)) as caught:
        open_subject(name)
    assert sentence in str(caught.value)


def test_an_array_of_floats_is_refused(tmp_path):
    np.savez(tmp_path / "floats.npz", images=np.zeros((3, 4, 4, 1), np.float32))
    with pytest.raises(TfgenError, match=r"floats\.npz holds float32 and images are uint8 \(n, height, width"):
        open_subject(str(tmp_path / "floats.npz"))


def test_a_damaged_array_is_refused(tmp_path):
    (tmp_path / "damaged.npz").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(TfgenError, match=r"damaged\.npz cannot be read as \.npz"):
        open_subject(str(tmp_path / "damaged.npz"))


def test_pickled_arrays_are_refused(tmp_path):
    np.savez(tmp_path / "objects.npz", images=np.array([{}], object))
    with pytest.raises(TfgenError, match=r"objects\.npz cannot be read as \.npz"):
        open_subject(str(tmp_path / "objects.npz"))


def test_fewer_images_than_asked_for(source):
    with pytest.raises(TfgenError, match="noise 0 has 40 images and 41 are asked for; ask for fewer"):
        source().count(41)


def test_a_reference_of_another_size(tmp_path, source):
    np.savez(tmp_path / "large.npz", images=images(shape=(8, 8, 3)))
    with pytest.raises(TfgenError, match=r"large\.npz are 8x8x3 and those of noise 0 6x5x1; scores compare"):
        open_reference(str(tmp_path / "large.npz"), source())


def test_without_a_recipe_the_reference_has_to_be_said(source):
    with pytest.raises(TfgenError, match="say what to compare noise 0 with, for example --against fashion_mnist:test"):
        open_reference(None, source())


def test_a_folder_of_images_is_no_checkpoint(folder):
    subject = open_subject(folder("generated", images()))
    assert isinstance(subject, ImageSource)
    assert subject.image_shape == IMAGE_SHAPE


def test_a_folder_without_splits_has_none(folder):
    subject = open_subject(folder("photos", images()))
    assert subject.split is None
    assert subject.label.endswith("/photos")
