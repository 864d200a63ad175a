"""Where tfgen keeps files of its own."""

import os
from pathlib import Path


def tfgen_home() -> Path:
    """The folder for downloads and caches: the environment's `TFGEN_HOME`, else `~/.cache/tfgen`."""
    return Path(os.environ.get("TFGEN_HOME") or "~/.cache/tfgen").expanduser()
