"""`tfgen train`: a recipe, run."""

import argparse
from pathlib import Path

from tfgen.cli.arguments import add_command, assignment, positive
from tfgen.cli.quiet import load_tensorflow


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "train",
        "train a recipe, going on from its last checkpoint if there is one",
        "tfgen train dcgan_fashion_mnist --steps 2000 --output runs/short --set networks.generator.width=32",
    )
    parser.add_argument("recipe", help="a name that `tfgen list` shows, or the path of a recipe.toml")
    parser.add_argument("--steps", type=positive, help="length of the training, in place of the recipe's")
    parser.add_argument("--seed", type=int, help="seed, in place of the recipe's")
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")
    parser.add_argument("--output", type=Path, help="the run's folder (default: runs/RECIPE)")
    parser.add_argument(
        "--set",
        type=assignment,
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change any value, e.g. model.latent_dim=32; for several, several times",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Trains, and says where the results are."""
    from tfgen.recipes import find_recipe

    recipe = find_recipe(arguments.recipe).overridden(arguments.set)
    recipe = recipe.changed(steps=arguments.steps, seed=arguments.seed)
    output = arguments.output or Path("runs") / recipe.name

    from tfgen.training.start import check_start

    checkpoint = output / "checkpoint.npz"
    # What a run began with is not asked for again.
    if not checkpoint.is_file():
        check_start(recipe)
    load_tensorflow()
    from tfgen.json_lines import read_rows
    from tfgen.models import AutoencoderModel
    from tfgen.training.run import train
    from tfgen.zoo.entries import SCORES
    from tfgen.zoo.rows import best_row

    try:
        model = train(recipe, output, arguments.data_dir)
    except KeyboardInterrupt as stop:
        if not checkpoint.is_file():
            raise KeyboardInterrupt(f"{output} has no checkpoint yet, so the same command starts anew") from stop
        raise KeyboardInterrupt(f"the same command goes on from the last report in {output}") from stop
    print(f"trained {recipe.name} for {recipe.steps:,} steps; weights and curves are in {output}")
    print(f"  look:    tensorboard --logdir {output}/tensorboard")
    if best := best_row(read_rows(output / SCORES)):
        print(f"  best:    {best['name']} {best['value']:.4g} at step {best['step']:,}, in {output / SCORES}")
    # A name alone would be looked for in the zoo.
    named = output if len(output.parts) > 1 else f"./{output}"
    if hasattr(model, "sample"):
        print(f"           {output}/samples/step_{recipe.steps:06d}.png")
        if isinstance(model, AutoencoderModel):
            print(f"  compare: tfgen reconstruct {named} --output reconstructions.png")
        print(f"  sample:  tfgen generate {named} --n 64 --output grid.png")
