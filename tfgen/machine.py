"""What a process runs on: figures and bits are equal on equal machines only."""

import os
import platform
from pathlib import Path


def processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """The processor's model, as Linux calls it, and what matters most of it for matrix products."""
    if not cpuinfo.is_file():
        return platform.processor() or platform.machine()
    lines = dict(line.split(":", 1) for line in cpuinfo.read_text().splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in lines.items()}
    wide = [name for name in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if name in fields.get("flags", "").split()]
    return ", ".join([fields.get("model name", platform.machine()), *wide])


def available_cores() -> int:
    """The cores that this process may use, which on a shared machine are fewer than it has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine() -> dict[str, str | int]:
    """What records say that they were made on."""
    return {"processor": processor(), "cores": available_cores()}
