"""The `tf.data` options that every pipeline here runs under."""

import tensorflow as tf


def pipeline_options() -> tf.data.Options:
    """Options for the same elements in the same order on each run, with a fixed parallelism."""
    options = tf.data.Options()
    options.deterministic = True
    # Autotune's thread can hold back the end of an iteration, so of every `fit`, for seconds.
    options.autotune.enabled = False
    # Every worker maps the same step numbers: sharding goes by elements, there are no files to share out.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    return options
