"""`tfgen zoo`: cards, comparison, checks, publishing."""

import argparse
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from tfgen.cli.arguments import add_command, names
from tfgen.cli.listing import list_zoo
from tfgen.cli.quiet import load_tensorflow
from tfgen.cli.tables import print_table


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the commands to the parser."""
    parser = add_command(
        commands, "zoo", "show, compare, verify or publish checkpoints", "tfgen zoo show dcgan_fashion_mnist"
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)

    listed = add_command(actions, "list", "list checkpoints, as `tfgen list`", "tfgen zoo list '*_fashion_mnist'")
    listed.add_argument("pattern", nargs="?", default="*", help="names to show, as a shell pattern")
    listed.set_defaults(run=list_zoo)

    show = add_command(actions, "show", "show the card of a checkpoint", "tfgen zoo show dcgan_fashion_mnist")
    show.add_argument("name", help="a name that `tfgen list` shows, or the path of a run's folder, such as runs/mine")
    show.set_defaults(run=_show)

    compare = add_command(
        actions,
        "compare",
        "show the scores of several checkpoints side by side",
        "tfgen zoo compare gan_fashion_mnist lsgan_fashion_mnist wgan_fashion_mnist",
    )
    compare.add_argument("names", nargs="+", metavar="NAME", help="checkpoints whose cards have scores")
    compare.add_argument(
        "--metrics", type=names, default=[], help="those to show, as fid,prdc (default: all that the cards have)"
    )
    compare.add_argument("--output", type=Path, metavar="FILE", help="write the table here, as Markdown")
    compare.set_defaults(run=_compare)

    verify = add_command(actions, "verify", "check weights and golden values", "tfgen zoo verify --all")
    verify.add_argument("names", nargs="*", metavar="NAME", help="checkpoints to check")
    verify.add_argument("--all", action="store_true", help="check every checkpoint that has weights")
    verify.set_defaults(run=_verify, error=verify.error)

    publish = add_command(
        actions,
        "publish",
        "turn a finished run into a folder of the zoo",
        "tfgen zoo publish runs/vae_fashion_mnist vae_fashion_mnist --data-license MIT",
    )
    publish.add_argument("folder", type=Path, metavar="RUN", help="the run's folder")
    publish.add_argument("name", metavar="NAME", help="<method or architecture>_<dataset>[.tag]")
    publish.add_argument("--data-license", required=True, help="licence of the training data")
    publish.add_argument("--weights-license", default="Apache-2.0", help="licence of the weights (default: Apache-2.0)")
    publish.add_argument("--url", action="append", default=[], help="where else the weights are, https:// or hf://")
    publish.add_argument("--best", action="store_true", help="take the weights with the run's best score, not the last")
    publish.add_argument("--zoo", type=Path, help="folder to publish into (default: tfgen's own zoo)")
    publish.set_defaults(run=_publish)


def _show(arguments: argparse.Namespace) -> None:
    from tfgen.zoo.entries import card, find
    from tfgen.zoo.readme import in_words
    from tfgen.zoo.rows import describe

    entry = find(arguments.name)
    stated = card(arguments.name)
    Console(highlight=False).print(f"[bold]{entry.name}[/bold]: {escape(entry.recipe.description)}\n", soft_wrap=True)
    table = Table(Column(overflow="fold"), Column(overflow="fold"), box=None, show_header=False)
    for section in ("weights", "data", "training", "versions"):
        for key, value in stated[section].items():
            if key == "selected":
                value = f"step {value['step']:,}, {'; '.join(filter(None, describe(value)))}"
            elif key == "classes":
                value = in_words(value)
            table.add_row(f"{section}.{key}", escape(str(value)) if value != [] else "none")
    for row in stated["scores"]:
        name, *words = describe(row)
        table.add_row(escape(f"score.{name}"), "; ".join(filter(None, words)))
    if not stated["scores"]:
        table.add_row("scores", "none measured yet")
    table.add_row("folder", str(entry.folder))
    print_table(table)


def _compare(arguments: argparse.Namespace) -> None:
    from tfgen.evaluation.scores import METRICS
    from tfgen.files import atomic_path
    from tfgen.registry import UnknownNameError
    from tfgen.zoo.comparison import compare, markdown
    from tfgen.zoo.rows import describe

    for metric in arguments.metrics:
        if metric not in METRICS.names():
            raise UnknownNameError("metric", metric, METRICS.names())
    scores = compare(arguments.names, arguments.metrics)
    if arguments.output:
        with atomic_path(arguments.output) as temporary:
            temporary.write_text("\n".join(markdown(arguments.names, scores)) + "\n", encoding="utf-8")
        print(f"wrote {arguments.output}")
        return
    console = Console(highlight=False)
    for score in scores:
        console.print(f"[bold]{escape(score.title)}[/bold]: {escape(score.protocol)}", soft_wrap=True)
        table = Table(box=None, show_header=False, pad_edge=True)
        for name, row in score.rows.items():
            table.add_row(name, describe(row).value)
        print_table(table)
    if missing := [name for name in arguments.names if not any(name in score.rows for score in scores)]:
        print(f"without such a score: {', '.join(missing)}")


def _verify(arguments: argparse.Namespace) -> None:
    from tfgen.errors import TfgenError
    from tfgen.zoo import list_models, verify
    from tfgen.zoo.entries import find

    names = arguments.names or [name for name in list_models() if find(name).card]
    if not (arguments.names or arguments.all):
        arguments.error("say which checkpoints to verify, or --all")
    load_tensorflow()
    failures = []
    for name in names:
        try:
            found = verify(name)
            print(f"{name}: sound (sha256 {found.sha256[:16]}, golden values within {found.largest_difference:.1g})")
        except TfgenError as error:
            print(f"{name}: NOT SOUND: {error}")
            failures.append(name)
    if failures:
        raise TfgenError(f"{len(failures)} of {len(names)} checkpoints are not sound: {', '.join(failures)}")


def _publish(arguments: argparse.Namespace) -> None:
    from tfgen.zoo import publish

    load_tensorflow()
    folder = publish(
        arguments.folder,
        arguments.name,
        data_license=arguments.data_license,
        weights_license=arguments.weights_license,
        urls=tuple(arguments.url),
        best=arguments.best,
        zoo=arguments.zoo,
    )
    look = ": look at its samples.png before you ship it" if (folder / "samples.png").is_file() else ""
    print(f"published {folder}{look}")
