"""Two replicas on one machine."""

import tensorflow as tf

# TensorFlow takes this only before its first operation.
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)


def two_replicas():
    """A strategy whose replicas are two logical devices of the processor."""
    # TensorFlow's collective operations take the second strategy of a process for the first, and abort.
    reduction = tf.distribute.ReductionToOneDevice()
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"], cross_device_ops=reduction)
