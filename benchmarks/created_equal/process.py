"""The process that trains: its threads, its device."""

import platform
from contextlib import suppress

import tensorflow as tf
from threadpoolctl import threadpool_limits


def use_threads(count: int) -> None:
    """Has this process compute by so many threads; before its first computation."""
    tf.config.threading.set_intra_op_parallelism_threads(count)
    tf.config.threading.set_inter_op_parallelism_threads(count)
    threadpool_limits(count)
    for device in tf.config.list_physical_devices("GPU"):
        # Another trial's process may share it.
        with suppress(RuntimeError):
            tf.config.experimental.set_memory_growth(device, True)


def use_one_gpu(number: int) -> None:
    """Has this process compute on one GPU, if there are any, the processes on each in turn; likewise."""
    if found := tf.config.list_physical_devices("GPU"):
        with suppress(RuntimeError):
            tf.config.set_visible_devices(found[number % len(found)], "GPU")


def device() -> str:
    """What trainings run on."""
    found = tf.config.list_physical_devices("GPU")
    if not found:
        return f"CPU, {platform.machine()}"
    return tf.config.experimental.get_device_details(found[0]).get("device_name", "GPU")


def gpus() -> int:
    """How many there are."""
    return len(tf.config.list_physical_devices("GPU"))
