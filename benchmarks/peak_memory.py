"""The peak of a process' resident memory."""

import resource
from contextlib import suppress
from pathlib import Path


def reset_peak_memory() -> None:
    """Counts the peak of memory anew, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_memory() -> int:
    """The most memory that was resident, in bytes, since it was counted anew."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    # Elsewhere; on Linux this would begin with what the process had that started this one.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
