"""The process that trains: its threads, its memory, its device."""

import platform
import resource
from contextlib import suppress
from pathlib import Path

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


def device() -> str:
    """What trainings run on."""
    found = tf.config.list_physical_devices("GPU")
    if not found:
        return f"CPU, {platform.machine()}"
    return tf.config.experimental.get_device_details(found[0]).get("device_name", "GPU")


def gpus() -> int:
    """How many there are."""
    return len(tf.config.list_physical_devices("GPU"))


def reset_peak_memory() -> None:
    """Counts the peak of memory anew, where the system can."""
    # Linux counts a process' peak anew from here on; elsewhere it stays that of all trials so far.
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_memory() -> int:
    """The most memory that was resident, in bytes, since it was counted anew."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
