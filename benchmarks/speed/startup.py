"""Seconds until tfgen answers: its import, its command's help, a checkpoint by name."""

from .measurement import Measurement
from .process import run_python
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
    lines = code or {**CODE, **(PYTORCH_CODE if settings.pytorch else {})}
    timers = {name: lambda line=line: run_python("-c", line)[1] for name, line in lines.items()}
    failures: dict[str, str] = {}
    # The first round reads the files from the disk.
    interleaved(timers, 1, "Start: warm-up", failures)
    timers = {name: timer for name, timer in timers.items() if name not in failures}
    return Measurement("Start", "s", REFERENCE, interleaved(timers, settings.rounds, "Start", failures), failures)
