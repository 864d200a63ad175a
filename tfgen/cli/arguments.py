"""Arguments that several commands share."""

import argparse
import math
import re
from collections.abc import Sequence
from pathlib import Path


def whole_number(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from error


def number(text: str) -> float:
    """A finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return value


def positive(text: str) -> int:
    """A whole number of 1 or more."""
    return _at_least(1, text)


def two_or_more(text: str) -> int:
    """A whole number of 2 or more."""
    return _at_least(2, text)


def label(text: str) -> int:
    """A class."""
    return _at_least(0, text)


def positive_number(text: str) -> float:
    """A number above 0."""
    value = number(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def seed(text: str) -> int:
    """A seed of samples."""
    value = whole_number(text)
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


def names(text: str) -> list[str]:
    """Names with commas between: `fid,prdc`."""
    return [name.strip() for name in text.split(",") if name.strip()]


def output(text: str) -> Path:
    """A file or folder that images can be written to."""
    from tfgen.data.writing import check_output

    try:
        check_output(Path(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return Path(text)


def file_ending_in(suffixes: Sequence[str], text: str) -> Path:
    """A file with one of these suffixes that can be written."""
    from tfgen.data.writing import check_writable

    path = Path(text)
    if path.suffix not in suffixes or path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} cannot be written; name a file that ends in {', '.join(suffixes)}")
    try:
        check_writable(path)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return path


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
        allow_abbrev=False,  # an abbreviation would be matched against absl's flags too
    )
    # Also after the command; suppressed, so that it does not undo one before it.
    parser.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return parser


def _at_least(least: int, text: str) -> int:
    value = whole_number(text)
    if value < least:
        raise argparse.ArgumentTypeError(f"{value} is not {least} or more")
    return value
