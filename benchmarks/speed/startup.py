"""Seconds until tfgen answers: its import, its command's help, a checkpoint by name."""

import subprocess
import sys
import time

from tfgen.errors import TfgenError

from .measurement import Measurement
from .rounds import interleaved
from .settings import Settings

CHECKPOINT = "dcgan_fashion_mnist"
REFERENCE = "`import tfgen`"
CODE = {
    "Python alone": "",
    REFERENCE: "import tfgen",
    "`tfgen --help`": "import sys; from tfgen.cli.main import main; sys.argv[1:] = ['--help']; main()",
    "`import keras`": "import keras",
    f'`tfgen.zoo.load("{CHECKPOINT}")`': f"import tfgen; tfgen.zoo.load({CHECKPOINT!r})",
}
PYTORCH_CODE = {"`import torch`": "import torch"}


def measure(settings: Settings, code: dict[str, str] | None = None) -> Measurement:
    """Times Python processes that run a line each, from their start to their end.

    Args:
        settings: The run's.
        code: The lines, by what the table calls them; those of this file if not given.
    """
    code = code or {**CODE, **(PYTORCH_CODE if settings.pytorch else {})}
    timers = {name: lambda line=line: seconds(line) for name, line in code.items()}
    for timer in timers.values():
        # The first one reads the files from the disk.
        timer()
    return Measurement("Start", "s", REFERENCE, interleaved(timers, settings.rounds, "Start"))


def seconds(line: str) -> float:
    """How long a Python process takes that runs this line.

    Raises:
        TfgenError: If it fails.
    """
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True)
    if done.returncode:
        raise TfgenError(f"{line!r} failed: {done.stderr.strip().splitlines()[-1]}")
    return time.perf_counter() - start
