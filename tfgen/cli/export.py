"""`tfgen export`: a checkpoint as a SavedModel."""

import argparse
from pathlib import Path

from absl import logging

from tfgen.cli.arguments import add_command, positive
from tfgen.cli.quiet import load_tensorflow


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "export",
        "write a checkpoint as a SavedModel in TensorFlow Serving's layout",
        "tfgen export vae_fashion_mnist served/vae_fashion_mnist",
    )
    parser.add_argument("name", help="a name that `tfgen list` shows, or the path of a run's folder, such as runs/mine")
    parser.add_argument("folder", type=Path, metavar="DIR", help="the model's folder; the SavedModel is DIR/VERSION/")
    parser.add_argument("--version", type=positive, default=1, help="the version's number (default: 1)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Exports, and lists the signatures."""
    from tfgen.zoo import load
    from tfgen.zoo.entries import find

    # First: a wrong name is answered before TensorFlow loads.
    find(arguments.name)
    load_tensorflow()
    from tfgen.serving import export_saved_model

    model = load(arguments.name)
    verbosity = logging.get_verbosity()
    logging.set_verbosity(logging.ERROR)  # TensorFlow notes down what it writes.
    try:
        target = export_saved_model(model, arguments.folder, arguments.version)
    finally:
        logging.set_verbosity(verbosity)
    print(f"wrote {target} with the signatures:")
    for name, signature in model.serving_signatures().items():
        inputs = ", ".join(f"{spec.name} {spec.dtype.name}{list(spec.shape)}" for spec in signature.inputs)
        print(f"  {name}({inputs}) -> {signature.output}")
