"""`tfgen zoo publish`: a finished run as a folder of the zoo."""

import argparse
from pathlib import Path

from tfgen.cli.arguments import add_command
from tfgen.cli.quiet import load_tensorflow

EXAMPLE = "tfgen zoo publish runs/vae_fashion_mnist vae_fashion_mnist --data-license MIT"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(actions, "publish", "turn a finished run into a folder of the zoo", EXAMPLE)
    parser.add_argument("folder", type=Path, metavar="RUN", help="the run's folder")
    parser.add_argument("name", metavar="NAME", help="<method or architecture>_<dataset>[.tag]")
    parser.add_argument("--data-license", required=True, help="licence of the training data")
    parser.add_argument("--weights-license", default="Apache-2.0", help="licence of the weights (default: Apache-2.0)")
    parser.add_argument("--url", action="append", default=[], help="where else the weights are, https:// or hf://")
    parser.add_argument("--note", action="append", default=[], help="a sentence for the card; may be repeated")
    parser.add_argument("--best", action="store_true", help="take the weights with the run's best score, not the last")
    parser.add_argument("--network", help="publish this network alone, such as generator (default: all)")
    parser.add_argument(
        "--hide-data", action="store_true", help="leave out pictures that show images of the data (reconstructions)"
    )
    parser.add_argument("--zoo", type=Path, help="folder to publish into (default: tfgen's own zoo)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Publishes the run."""
    from tfgen.zoo import publish

    load_tensorflow()
    folder = publish(
        arguments.folder,
        arguments.name,
        data_license=arguments.data_license,
        weights_license=arguments.weights_license,
        urls=tuple(arguments.url),
        notes=tuple(arguments.note),
        best=arguments.best,
        network=arguments.network,
        show_data=not arguments.hide_data,
        zoo=arguments.zoo,
    )
    look = ": look at its samples.png before you ship it" if (folder / "samples.png").is_file() else ""
    print(f"published {folder}{look}")
