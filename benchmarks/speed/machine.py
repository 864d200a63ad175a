"""What the figures were measured on, and with."""

import datetime
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from tfgen import __version__
from tfgen.machine import available_cores, processor

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
