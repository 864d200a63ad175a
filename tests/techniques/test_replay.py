"""Replay of past fakes."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from affine import SHAPE, affine_gan, batch, weights
from technique_contract import TechniqueContract

from tfgen.techniques import Replay


class TestReplay(TechniqueContract):
    equals_one_device = False

    def techniques(self):
        return [Replay(4)]


@pytest.fixture
def replay():
    return affine_gan(techniques=[Replay(5)]).techniques[0]


def numbered(first, count):
    """Images that are full of their number, and that number as their label."""
    labels = np.arange(first, first + count, dtype="int32")
    return np.broadcast_to(labels.astype("float32")[:, None, None, None], (count, *SHAPE)), labels


def replayed(replay, images, labels, call):
    shown, shown_labels = replay.fakes(tf.constant(images), tf.constant(labels), (7, call))
    assert shown_labels.dtype == labels.dtype
    assert np.unique(shown.numpy().reshape(len(images), -1), axis=1).shape == (len(images), 1)
    np.testing.assert_array_equal(shown.numpy()[:, 0, 0, 0], shown_labels)
    return shown_labels.numpy()


def test_all_fakes_are_fresh_until_the_buffer_is_full(replay):
    for call in range(3):
        images, labels = numbered(10 + 4 * call, 4)
        np.testing.assert_array_equal(replayed(replay, images, labels, call), labels)
    # 2 of each call, the last of which found one place free and took the first anew.
    np.testing.assert_array_equal(replay.labels, [21, 13, 16, 17, 20])


def test_half_of_the_fakes_are_old_and_half_of_the_fresh_ones_are_kept(replay):
    replaced, shown = np.zeros(5, int), np.zeros(5, int)
    for call in range(400):
        images, labels = numbered(1 + 4 * call, 4)
        before = replay.labels.numpy()
        found = replayed(replay, images, labels, call)
        after = replay.labels.numpy()
        np.testing.assert_array_equal(replay.images.numpy()[:, 0, 0, 0], after)
        if call < 3:
            continue
        np.testing.assert_array_equal(found[2:], labels[2:])
        assert set(found[:2]) <= set(before)
        assert len(set(found)) == 4
        changed = after != before
        np.testing.assert_array_equal(np.sort(after[changed]), labels[2:])
        replaced += changed
        shown += np.isin(before, found)
    # Of 397 calls, 2 of 5 places each: 159 with a standard deviation of 10.
    assert np.abs(replaced - 397 * 2 / 5).max() < 40
    assert np.abs(shown - 397 * 2 / 5).max() < 40


def test_which_are_shown_and_which_are_replaced_are_drawn_apart(replay):
    same = 0
    for call in range(100):
        before = replay.labels.numpy()
        found = replayed(replay, *numbered(1 + 4 * call, 4), call)
        same += set(found[:2]) == set(before[replay.labels.numpy() != before])
    assert same < 40  # of 10 pairs, the same one


def test_a_batch_of_more_than_twice_the_buffer(replay):
    for call in range(2):
        images, labels = numbered(100 * call, 14)
        found = replayed(replay, images, labels, call)
    np.testing.assert_array_equal(np.sort(found[:5]), np.arange(9, 14))
    np.testing.assert_array_equal(found[5:], labels[5:])


def test_the_discriminator_is_shown_them():
    model = affine_gan(techniques=[Replay(3)])
    model.discriminator_step(tf.constant(batch()))
    old = model.techniques[0].images.numpy().reshape(3, 4)
    model.generator.set_weights([np.zeros((3, 4)), np.full(4, 2.0)])
    *_, w, b = weights(model)
    logs = model.discriminator_step(tf.constant(batch()))
    expected = (np.concatenate([old, np.full((3, 4), 2.0)]) @ w + b).mean()
    assert float(logs["fake_score"].numpy().mean()) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("jit_compile", [False, True])
def test_batches_of_any_size(jit_compile):
    model = affine_gan(techniques=[Replay(4)])
    model.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1), jit_compile=jit_compile)
    model.fit(batch(7), batch_size=3, verbose=0, epochs=3)
    assert np.isfinite(np.concatenate([each.ravel() for each in weights(model)])).all()
    assert not (model.techniques[0].images.numpy() == 0).all(axis=(1, 2, 3)).any()


@pytest.mark.parametrize("size", [0, 2.5])
def test_a_wrong_size_is_one_sentence(size):
    with pytest.raises(ValueError, match=rf"^size is {size}; the buffer holds a whole number of images, 1 or more$"):
        Replay(size)
