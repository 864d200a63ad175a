"""The peak of a process' resident memory."""

import sys
from contextlib import suppress
from pathlib import Path

STATUS = Path("/proc/self/status")
CLEAR = Path("/proc/self/clear_refs")


def reset_peak_memory() -> bool:
    """Counts the peak of memory anew.

    Returns:
        Whether the system can; if not, the peak is still that since the process began.
    """
    try:
        CLEAR.write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def peak_memory() -> int | None:
    """The most memory that was resident since it was counted anew, in bytes; None where the system does not tell."""
    with suppress(OSError):
        for line in STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:  # Windows.
        return None
    # On Linux this would begin with what the process had that started this one, so that it is the second choice.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
