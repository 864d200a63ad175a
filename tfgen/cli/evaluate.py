"""`tfgen evaluate`: the scores of a checkpoint, a run, or any images."""

import argparse
from pathlib import Path

from rich.console import Console

from tfgen.cli.arguments import add_command, assignment, names, positive, seed
from tfgen.cli.quiet import load_tensorflow
from tfgen.errors import TfgenError


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "evaluate",
        "score a checkpoint, a run, or any images against reference images",
        "tfgen evaluate dcgan_fashion_mnist --against fashion_mnist:test --metrics fid,kid,prd,prdc --samples 10000\n"
        "  tfgen evaluate generated/ --against photos.zip --metrics fid --extractor inception_2015",
    )
    parser.add_argument(
        "subject",
        help="a name that `tfgen list` shows, a run's folder (runs/mine), a data set (mnist:train), a folder or zip of "
        "images (./generated), or an .npz of uint8 images (n, height, width, channels)",
    )
    parser.add_argument(
        "--against", help="reference images: a data set, folder, zip or .npz (default: the checkpoint's own test split)"
    )
    parser.add_argument("--metrics", type=names, default=["fid"], help="see `tfgen list metrics` (default: fid)")
    parser.add_argument(
        "--samples", type=positive, help="how many images of the subject (default: 10,000 of a model, all of a set)"
    )
    parser.add_argument("--reference-samples", type=positive, help="how many reference images (default: all)")
    parser.add_argument(
        "--extractor",
        help="the network that sees the images: see `tfgen list extractors`, a classifier of the zoo, or a .keras file "
        "(default: the classifier of the reference's data set, else inception_2015)",
    )
    parser.add_argument("--resizer", help="tf1_bilinear or clean_bicubic (default: the extractor's own)")
    parser.add_argument(
        "--float", action="store_true", help="score the samples as they are, not rounded to the 256 levels of a file"
    )
    parser.add_argument("--seed", type=seed, default=0, help="of samples and of what metrics draw (default: 0)")
    parser.add_argument(
        "--set",
        type=assignment,
        action="append",
        default=[],
        metavar="METRIC.KEY=VALUE",
        help="change a metric's constant, e.g. kid.subset_size=500",
    )
    parser.add_argument("--batch-size", type=positive, default=64, help="images at a time (default: 64)")
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")
    parser.add_argument(
        "--output",
        type=_json_lines,
        default=Path("results.jsonl"),
        help="a .jsonl file that lines are appended to (default: results.jsonl)",
    )
    parser.add_argument("--pictures", type=Path, help="folder for the pictures that some metrics make")
    parser.add_argument("--card", action="store_true", help="put the results on the checkpoint's card in the zoo too")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Scores, prints the table and appends the results to the file."""
    from tfgen.evaluation.scores import METRICS
    from tfgen.recipes.assignments import assigned

    # First: a wrong name is answered before TensorFlow loads.
    for name in arguments.metrics:
        if name not in METRICS.names():
            METRICS.get(name)
    settings = assigned({}, arguments.set)
    load_tensorflow()
    from tfgen.data.pictures import write_png
    from tfgen.evaluation.one_pass import Evaluation
    from tfgen.evaluation.result import result_table
    from tfgen.evaluation.sources import ModelSource, open_reference, open_subject
    from tfgen.json_lines import append_rows
    from tfgen.zoo.entries import find
    from tfgen.zoo.scores import add_scores

    subject = open_subject(arguments.subject, seed=arguments.seed, data_dir=arguments.data_dir)
    if arguments.card and not (isinstance(subject, ModelSource) and find(arguments.subject).card):
        raise TfgenError(f"{arguments.subject} has no card; leave out --card, or publish it first")
    reference = open_reference(arguments.against, subject, data_dir=arguments.data_dir)
    evaluation = Evaluation(
        arguments.metrics,
        reference,
        arguments.extractor,
        reference_samples=arguments.reference_samples,
        resizer=arguments.resizer,
        quantise=not arguments.float,
        seed=arguments.seed,
        settings=settings,
        batch_size=arguments.batch_size,
        data_dir=arguments.data_dir,
    )
    results, comparison = evaluation.compare(subject, arguments.samples)
    rows = [result.row() for result in results]
    # Printed first: a full disk takes the file, not the result.
    Console().print(result_table(rows))
    append_rows(arguments.output, rows)
    print(f"appended {len(rows)} result(s) with their whole protocol to {arguments.output}")
    if arguments.pictures:
        for name, picture in comparison.pictures.items():
            write_png(arguments.pictures / f"{name}.png", picture)
            print(f"wrote {arguments.pictures / name}.png")
    if arguments.card:
        print(f"put them on the card in {add_scores(arguments.subject, rows)}")


def _json_lines(text: str) -> Path:
    """A file of JSON lines that can be written."""
    path = Path(text)
    if path.suffix != ".jsonl" or path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no name for JSON lines; name a file that ends in .jsonl")
    return path
