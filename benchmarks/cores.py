"""The processor cores that there are for a process."""

import os


def available_cores() -> int:
    """Those that this process may use, which on a shared machine are fewer than it has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
