"""`tfgen benchmark created_equal side-studies`, in this process."""

import sys
from collections.abc import Sequence
from unittest.mock import patch

from tfgen.cli.main import main as tfgen


def main(arguments: Sequence[str]) -> None:
    """Runs the command; raises SystemExit, with what it says, if it fails."""
    with patch.object(sys, "argv", ["tfgen", "benchmark", "created_equal", "side-studies", *arguments]):
        try:
            tfgen()
        except SystemExit as end:
            if end.code:
                raise
