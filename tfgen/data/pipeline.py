"""From an image set to batches in [-1, 1] whose order is a function of the seed and the step alone."""

import numpy as np
import tensorflow as tf

from tfgen.data.image_set import ImageSet

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
) -> tf.data.Dataset:
    """Batches of an image set, from any step on.

    What batch a step sees depends on `seed` and the step's number only, so a run that resumes at `start_step` sees
    what it would have seen. Each epoch is one permutation of its own, computed index by index
    (`tf.raw_ops.RandomIndexShuffle`), so that step 10,000,000 starts as fast as step 0.

    All batches are full: with `repeat` a batch may span the end of an epoch, without it the images left over at the
    end of a shuffled epoch are dropped. Only in order and without `repeat`, as for an evaluation, is the last batch
    short if it has to be.

    Args:
        image_set: The images.
        batch_size: Images in a batch.
        labels: Whether to yield `(images, labels)` instead of images.
        shuffle: Whether to shuffle anew in each epoch.
        seed: Seed of the order, any integer of 63 bits.
        repeat: Whether to run on after the last image, without end.
        start_step: Number of batches to leave out.

    Returns:
        A dataset of float32 `(batch, H, W, C)` in [-1, 1], or of pairs with int64 `(batch,)` labels.

    Raises:
        ValueError: If an argument is out of range, if `labels` is asked of a set without, or if a shuffled epoch has
            fewer images than one batch.
    """
    count = len(image_set)
    if batch_size < 1 or start_step < 0:
        raise ValueError(f"batch_size has to be positive and start_step not negative, got {batch_size}, {start_step}")
    if labels and image_set.labels is None:
        raise ValueError(f"the images from {image_set.origin} have no labels; use labels=False")
    if shuffle and not repeat and count < batch_size:
        raise ValueError(f"{count} images do not fill one batch of {batch_size}; use a smaller batch_size or repeat=True")

    if repeat:
        steps = tf.data.Dataset.counter(start_step)
    else:
        steps = tf.data.Dataset.range(start_step, count // batch_size if shuffle else -(-count // batch_size))
    is_always_full = repeat or shuffle or count % batch_size == 0

    def indices_of(step: tf.Tensor) -> tf.Tensor:
        position = step * batch_size + tf.range(batch_size, dtype=tf.int64)
        if not repeat:
            position = position[position < count]
        epoch, index = position // count, position % count
        if not shuffle:
            return index
        # `tf.random.experimental.index_shuffle`, which is this operation, fails for a batch of seeds.
        seeds = tf.stack([tf.fill(tf.shape(epoch), tf.constant(seed, tf.int64)), epoch, tf.zeros_like(epoch)], axis=1)
        return tf.raw_ops.RandomIndexShuffle(index=index, seed=seeds, max_index=tf.cast(count - 1, tf.int64))

    def batch_of(step: tf.Tensor) -> tf.Tensor | tuple[tf.Tensor, tf.Tensor]:
        indices = indices_of(step)
        images = _take(image_set.images, indices)
        images.set_shape((batch_size if is_always_full else None, *image_set.image_shape))
        images = tf.cast(images, tf.float32) / 127.5 - 1.0
        if not labels:
            return images
        chosen = _take(image_set.labels, indices)
        chosen.set_shape(images.shape[:1])
        return images, chosen

    dataset = steps.map(batch_of, num_parallel_calls=_PARALLEL_BATCHES).prefetch(_PREFETCHED_BATCHES)
    options = tf.data.Options()
    options.deterministic = True
    # Autotune's thread can hold back the end of every `fit` for seconds; the parallelism above is fixed instead.
    options.autotune.enabled = False
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    return dataset.with_options(options)


def _take(array: np.ndarray, indices: tf.Tensor) -> tf.Tensor:
    """`array[indices]` without copying the array into the graph, so that it may be a memory map."""
    return tf.numpy_function(lambda chosen: np.asarray(array[chosen]), [indices], tf.as_dtype(array.dtype), stateful=False)
