"""`tfgen`: the commands, and what becomes of their errors."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from absl import app, flags, logging
from absl.flags import argparse_flags

from tfgen import __version__
from tfgen.cli import (
    anomalies,
    benchmark,
    compress,
    decompress,
    denoise,
    embed,
    evaluate,
    export,
    generate,
    latent,
    listing,
    metrics,
    pretrain,
    reconstruct,
    repair,
    train,
    zoo,
)

_COMMANDS = (
    listing,
    zoo,
    train,
    generate,
    reconstruct,
    compress,
    decompress,
    denoise,
    repair,
    anomalies,
    embed,
    pretrain,
    latent,
    evaluate,
    benchmark,
    export,
    metrics,
)

_EXAMPLES = """examples:
  tfgen list                                                     # what there is
  tfgen generate dcgan_fashion_mnist --n 64 --output grid.png    # samples of a checkpoint
  tfgen train dcgan_fashion_mnist --steps 2000                   # a training by its recipe
  tfgen evaluate dcgan_fashion_mnist --metrics fid,prdc          # its scores, with their protocol
  tfgen export dcgan_fashion_mnist served/dcgan_fashion_mnist    # a SavedModel for a server
"""


def main() -> None:
    """Entry point of the `tfgen` command: exits with 0, 1 after a failure, 2 after a wrong usage, 130 if stopped."""
    app.run(_run, flags_parser=_parse)


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    flags.FLAGS.set_default("verbosity", logging.INFO)
    parser = argparse_flags.ArgumentParser(
        prog="tfgen",
        description="Generative models on Keras 3 and TensorFlow: train, load, generate, export.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,  # `--n` would be absl's `--nologtostderr`
    )
    parser.add_argument("--version", action="version", version=f"tfgen {__version__}")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add_to(commands)
    return parser.parse_args(argv[1:])


def _run(arguments: argparse.Namespace) -> None:
    # A user's own method is found beside where the command is given.
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.append(here)
    # TensorFlow's start-up notes are no news to whoever runs a command.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.use_absl_handler()
    logging.get_absl_handler().setFormatter(None)
    try:
        arguments.run(arguments)
    except KeyboardInterrupt as stop:
        print(f"tfgen: stopped{'; ' if stop.args else ''}{stop}", file=sys.stderr)
        sys.exit(128 + signal.SIGINT)
    except BrokenPipeError:
        # Whoever read the output has gone, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if arguments.debug:
            raise
        sys.exit(f"tfgen: {str(error).strip() or type(error).__name__}")
