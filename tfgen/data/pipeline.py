"""From an image set to batches in [-1, 1] whose order is a function of the seed and the step alone."""

from functools import lru_cache

import numpy as np
import tensorflow as tf

from tfgen.data.augmentation import shift_and_flip
from tfgen.data.image_set import ImageSet
from tfgen.data.options import pipeline_options

_PARALLEL_BATCHES = 2
_PREFETCHED_BATCHES = 8


def batches(
    image_set: ImageSet,
    batch_size: int,
    *,
    labels: bool = False,
    shuffle: bool = True,
    seed: int = 0,
    repeat: bool = False,
    start_step: int = 0,
    max_shift: int = 0,
    flip: bool = False,
) -> tf.data.Dataset:
    """Batches of an image set, from any step on.

    Which images a step gets depends on `seed` and on the step's number only: each epoch is one permutation, drawn
    from the seed and the epoch's number. A run that resumes at `start_step` therefore gets what it would have got,
    and step 10,000,000 starts as fast as step 0.

    All batches are full: with `repeat` a batch may span the end of an epoch; without it the images left over at the
    end of a shuffled epoch are dropped. Only in order and without `repeat`, as for an evaluation, the last batch is
    as short as it has to be.

    Args:
        image_set: The images.
        batch_size: Images in a batch.
        labels: Whether to yield `(images, labels)` instead of images.
        shuffle: Whether to shuffle, anew in each epoch.
        seed: Seed of the order, not negative.
        repeat: Whether to run on after the last image, without end.
        start_step: Number of batches to leave out.
        max_shift: Pixels by which an image is shifted at most, at random, each time it is seen.
        flip: Whether to mirror an image left and right with probability 1/2, each time it is seen.

    Returns:
        A dataset of float32 `(batch, H, W, C)` in [-1, 1], or of pairs with int64 `(batch,)` labels.

    Raises:
        ValueError: If an argument is out of range, if `labels` is asked of a set without, or if a shuffled epoch has
            fewer images than one batch.
    """
    count = len(image_set)
    if batch_size < 1 or start_step < 0 or seed < 0:
        raise ValueError(
            "batch_size has to be positive, start_step and seed must not be negative; "
            f"got {batch_size}, {start_step}, {seed}"
        )
    if not 0 <= max_shift < min(image_set.image_shape[:2]):
        raise ValueError(f"max_shift is {max_shift}; it is 0 or more, and smaller than the image")
    if labels and image_set.labels is None:
        raise ValueError(f"the images from {image_set.origin} have no labels; use labels=False")
    if shuffle and not repeat and count < batch_size:
        raise ValueError(f"{count} images do not fill one batch of {batch_size}; lower batch_size or use repeat=True")

    @lru_cache(maxsize=2)  # the epoch that runs, and the next one where a batch spans both
    def order(epoch: int) -> np.ndarray:
        return np.random.default_rng([seed, epoch]).permutation(count) if shuffle else np.arange(count)

    def take(step: np.int64) -> list[np.ndarray]:
        start, stop = int(step) * batch_size, (int(step) + 1) * batch_size
        if not repeat:
            stop = min(stop, count)
        epochs = range(start // count, (stop - 1) // count + 1)
        indices = np.concatenate([order(e)[max(start - e * count, 0) : stop - e * count] for e in epochs])
        # A plain array: fancy indexing of a memory map gives a memory map, which TensorFlow does not take.
        images = np.asarray(image_set.images[indices])
        if max_shift or flip:
            random = np.random.default_rng([seed, int(step), 1])
            images = shift_and_flip(images, random, max_shift=max_shift, flip=flip)
        return [images, *([image_set.labels[indices]] if labels else [])]

    is_always_full = repeat or shuffle or count % batch_size == 0
    length = batch_size if is_always_full else None

    def batch_of(step: tf.Tensor) -> tf.Tensor | tuple[tf.Tensor, tf.Tensor]:
        # A numpy_function leaves the images where they are; a tf.gather would copy them into the graph.
        images, *classes = tf.numpy_function(take, [step], [tf.uint8, *([tf.int64] if labels else [])], stateful=False)
        images = tf.cast(tf.ensure_shape(images, (length, *image_set.image_shape)), tf.float32) / 127.5 - 1.0
        return (images, tf.ensure_shape(classes[0], (length,))) if labels else images

    if repeat:
        steps = tf.data.Dataset.counter(start_step)
    else:
        steps = tf.data.Dataset.range(start_step, count // batch_size if shuffle else -(-count // batch_size))
    dataset = steps.map(batch_of, num_parallel_calls=_PARALLEL_BATCHES).prefetch(_PREFETCHED_BATCHES)
    return dataset.with_options(pipeline_options())
