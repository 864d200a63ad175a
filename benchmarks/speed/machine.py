"""What the figures were measured on, and with."""

import datetime
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tfgen import __version__

from ..cores import available_cores
from .settings import Settings

PACKAGES = ("tensorflow", "keras", "torch", "numpy", "scipy")


def facts(settings: Settings) -> dict[str, Any]:
    """Date, processor, threads, rounds, and the versions of what takes part."""
    versions = {"tfgen": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cpu": processor(),
        "cores": available_cores(),
        "threads": settings.threads,
        "clock": settings.clock,
        "rounds": settings.rounds,
        "seconds_a_round": settings.seconds,
        "sizes": settings.sizes,
        "load_at_start": round(os.getloadavg()[0], 2),
        "versions": versions,
    }


def processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """The processor's model, as Linux calls it, and what matters most of it for matrix products."""
    if not cpuinfo.is_file():
        return platform.processor() or platform.machine()
    lines = dict(line.split(":", 1) for line in cpuinfo.read_text().splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in lines.items()}
    wide = [name for name in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if name in fields.get("flags", "").split()]
    return ", ".join([fields.get("model name", platform.machine()), *wide])
