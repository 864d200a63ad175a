"""Arguments that several commands share."""

import argparse
import math
import re
from pathlib import Path


def positive(text: str) -> int:
    """An integer of 1 or more."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is not 1 or more")
    return value


def positive_number(text: str) -> float:
    """A number above 0."""
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def seed(text: str) -> int:
    """A seed of samples."""
    value = int(text)
    if not 0 <= value < 2**63:
        raise argparse.ArgumentTypeError(f"{value} is not from 0 to 2**63 - 1")
    return value


def numbers(text: str) -> list[int]:
    """Whole numbers and ranges of them: `0,3,8-11`."""
    found = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d+)(?:-(\d+))?\s*", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not first <= last < 2**63 or last - first > 10_000:
            raise argparse.ArgumentTypeError(f"{text!r} is no list of numbers; write it as 3 or 0,3,8-11")
        found += range(first, last + 1)
    return found


def output(text: str) -> Path:
    """A file or folder that images can be written to."""
    from tfgen.data.writing import check_output

    try:
        check_output(Path(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return Path(text)


def assignment(text: str) -> str:
    """A `key=value`."""
    if "=" not in text:
        raise argparse.ArgumentTypeError(f"{text!r} sets nothing; write it as table.key=value, for example steps=200")
    return text


def add_command(commands: argparse._SubParsersAction, name: str, summary: str, example: str) -> argparse.ArgumentParser:
    """A sub-command whose help ends in an example."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=f"example:\n  {example}\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    # Also after the command; suppressed, so that it does not undo one before it.
    parser.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return parser
