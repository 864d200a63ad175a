import itertools

import numpy as np
import pytest
import tensorflow as tf

from tfgen.data import ImageSet, batches
from tfgen.data.pictures import from_uint8

COUNT = 10
IMAGES = np.arange(COUNT, dtype=np.uint8)[:, np.newaxis, np.newaxis, np.newaxis] * np.full((1, 2, 3, 1), 25, np.uint8)
SET = ImageSet(IMAGES, np.arange(COUNT) * 10, origin="ten images")


def indices(dataset, steps=None):
    """The numbers of the images in each batch."""
    found = itertools.islice(dataset.as_numpy_iterator(), steps)
    return [np.rint((batch[:, 0, 0, 0] + 1) * 127.5 / 25).astype(int).tolist() for batch in found]


def test_values_are_float32_in_minus_one_to_one():
    batch = next(batches(SET, COUNT, shuffle=False).as_numpy_iterator())
    assert batch.dtype == np.float32
    np.testing.assert_allclose(batch, from_uint8(IMAGES), atol=1e-6)


def test_in_order_keeps_the_last_short_batch():
    dataset = batches(SET, 4, shuffle=False)
    assert indices(dataset) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert dataset.element_spec.shape == (None, 2, 3, 1)
    assert len(dataset) == 3


def test_shuffled_epoch_has_full_batches_without_repetition():
    dataset = batches(SET, 4)
    assert dataset.element_spec.shape == (4, 2, 3, 1)
    found = list(itertools.chain(*indices(dataset)))
    assert len(set(found)) == len(found) == 8
    assert found != sorted(found)


@pytest.mark.parametrize("batch_size", [3, 4, 10, 23])
def test_repeated_epochs_are_permutations_that_run_on(batch_size):
    found = list(itertools.chain(*indices(batches(SET, batch_size, repeat=True), 30)))
    epochs = [tuple(found[start : start + COUNT]) for start in range(0, len(found) - COUNT + 1, COUNT)]
    assert all(sorted(epoch) == list(range(COUNT)) for epoch in epochs)
    assert len(set(epochs)) == len(epochs)


def test_order_is_uniform_over_epochs():
    found = np.array(indices(batches(SET, COUNT, repeat=True), 1000))
    counts = np.stack([np.bincount(found[:, position], minlength=COUNT) for position in range(COUNT)])
    chi_squared = ((counts - 100) ** 2 / 100).sum()
    assert 40 < chi_squared < 140  # 81 degrees of freedom: mean 81, deviation 12.7


def test_repeated_in_order():
    assert indices(batches(SET, 4, shuffle=False, repeat=True), 4) == [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9, 0, 1],
        [2, 3, 4, 5],
    ]


@pytest.mark.parametrize(("shuffle", "repeat"), [(True, True), (True, False), (False, True), (False, False)])
def test_starting_later_gives_what_would_have_come(shuffle, repeat):
    whole = indices(batches(SET, 3, shuffle=shuffle, repeat=repeat, seed=5), 12)
    later = indices(batches(SET, 3, shuffle=shuffle, repeat=repeat, seed=5, start_step=2), 10)
    assert later == whole[2:]


def test_step_ten_million_starts_at_once_and_agrees_with_its_epoch():
    (batch,) = indices(batches(SET, 5, repeat=True, start_step=10**7), 1)
    (other,) = indices(batches(SET, 5, repeat=True, start_step=10**7 + 1), 1)
    assert sorted(batch + other) == list(range(COUNT))


def test_seeds():
    first, again, other = (indices(batches(SET, 5, seed=seed, repeat=True), 6) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_labels_go_with_their_images():
    for images, labels in batches(SET, 4, labels=True, repeat=True).take(10):
        assert labels.dtype == tf.int64
        np.testing.assert_array_equal(np.rint((images[:, 0, 0, 0] + 1) * 127.5 / 25) * 10, labels)


def test_memory_maps_are_read(tmp_path):
    np.save(tmp_path / "images.npy", IMAGES)
    mapped = ImageSet(np.load(tmp_path / "images.npy", mmap_mode="r"))
    assert indices(batches(mapped, 4, shuffle=False)) == indices(batches(SET, 4, shuffle=False))


def test_autotune_is_off():
    assert batches(SET, 4).options().autotune.enabled is False


def test_mirrored_strategy_shares_out_each_batch():
    cpus = tf.config.list_logical_devices("CPU")
    strategy = tf.distribute.MirroredStrategy([device.name for device in cpus])
    dataset = strategy.experimental_distribute_dataset(batches(SET, 4, repeat=True))
    found = []
    for batch in itertools.islice(dataset, 5):
        parts = strategy.experimental_local_results(batch)
        assert {part.shape[0] for part in parts} == {4 // len(cpus)}
        found.append(np.concatenate([part.numpy() for part in parts]))
    expected = list(batches(SET, 4, repeat=True).take(5).as_numpy_iterator())
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"batch_size": 0}, "batch_size has to be positive"),
        ({"batch_size": 4, "start_step": -1}, "start_step and seed must not be negative"),
        ({"batch_size": 4, "seed": -1}, "start_step and seed must not be negative"),
        ({"batch_size": 4, "max_shift": 2}, "max_shift is 2; it is 0 or more, and smaller than the image"),
        ({"batch_size": 4, "max_shift": -1}, "max_shift is -1"),
        ({"batch_size": 11}, "10 images do not fill one batch of 11"),
    ],
)
def test_arguments_out_of_range(arguments, message):
    with pytest.raises(ValueError, match=message):
        batches(SET, **arguments)


def test_labels_of_a_set_without():
    with pytest.raises(ValueError, match="the images from a camera have no labels; use labels=False"):
        batches(ImageSet(IMAGES, origin="a camera"), 4, labels=True)


def test_augmented_images_depend_on_seed_and_step_alone():
    images = np.random.default_rng(0).integers(0, 256, (COUNT, 4, 4, 1), np.uint8)
    image_set = ImageSet(images, np.arange(COUNT))

    def augmented(**arguments):
        dataset = batches(image_set, 4, labels=True, repeat=True, max_shift=1, flip=True, **arguments)
        return list(itertools.islice(dataset.as_numpy_iterator(), 6))

    whole, later, other = augmented(), augmented(start_step=2), augmented(seed=1)
    for (first, labels), (second, same_labels) in zip(whole[2:], later, strict=False):
        np.testing.assert_array_equal(first, second)
        np.testing.assert_array_equal(labels, same_labels)
    assert not np.array_equal(whole[0][0], other[0][0])
    plain = from_uint8(images[whole[0][1]])
    assert not np.array_equal(whole[0][0], plain)
    # Every pixel is one of its own image's.
    for augmented_image, image in zip(whole[0][0], plain, strict=True):
        assert np.isclose(augmented_image.reshape(-1, 1), image.reshape(1, -1), atol=1e-6).any(axis=1).all()
