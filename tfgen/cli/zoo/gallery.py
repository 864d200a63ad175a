"""`tfgen zoo gallery`: the zoo as a site of files."""

import argparse
import sys
from pathlib import Path

from tfgen.cli.arguments import add_command
from tfgen.cli.quiet import load_tensorflow

EXAMPLE = "tfgen zoo gallery --output site"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(actions, "gallery", "make a site that shows all checkpoints", EXAMPLE)
    parser.add_argument("pattern", nargs="?", default="*", help="names to show, as a shell pattern")
    parser.add_argument("--output", type=Path, required=True, help="the site's folder, new or an earlier gallery")
    parser.add_argument("--no-animations", action="store_true", help="leave out interpolations, which take longest")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Writes the site."""
    load_tensorflow()
    from tfgen.zoo.gallery import write_gallery

    gallery = write_gallery(arguments.output, arguments.pattern, animations=not arguments.no_animations)
    for name, reason in gallery.failures.items():
        print(f"{name} has no interpolation: {reason}", file=sys.stderr)
    print(f"wrote {gallery.page}: {len(gallery.names)} name(s) of the zoo")
