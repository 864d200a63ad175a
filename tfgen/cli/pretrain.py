"""`tfgen pretrain`: how many labels a classifier saves that begins with an autoencoder's encoder."""

import argparse
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfgen.cli.arguments import add_command, numbers, positive
from tfgen.cli.autoencoding import image_source, open_autoencoder, read_images
from tfgen.errors import TfgenError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tfgen.data.image_set import ImageSet

ROWS = "rows.jsonl"
CURVE = "curve.png"


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "pretrain",
        "measure what an autoencoder's encoder is worth to a classifier with few labels",
        "tfgen pretrain autoencoder_fashion_mnist --labels 10,30,100 --seeds 3 --output pretraining",
    )
    parser.add_argument("name", help="a name that `tfgen list` shows, or the path of a run's folder, such as runs/mine")
    parser.add_argument(
        "--images",
        type=image_source,
        help="a dataset, or a folder or zip with train/ and test/ and the classes as folders in them (default: the "
        "checkpoint's dataset)",
    )
    parser.add_argument(
        "--resize",
        action="store_true",
        help="bring images of another size to the model's: their centred square, scaled (default: refuse them)",
    )
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")
    parser.add_argument(
        "--labels",
        type=_counts,
        default="10,30,100,300,1000",
        help="how many labelled images of each class; the largest numbers take longest (default: 10,30,100,300,1000)",
    )
    parser.add_argument("--seeds", type=positive, default=5, help="draws and trainings of each (default: 5)")
    parser.add_argument(
        "--layer",
        help="the encoder's layer whose outputs are the features, or `codes` for the codes themselves (default: the "
        "layer before them, which often tells classes apart better; the codes where nothing was learned before them)",
    )
    parser.add_argument(
        "--steps", type=positive, default=500, help="of each training; more where labels are many (default: 500)"
    )
    parser.add_argument(
        "--validation",
        type=positive,
        default=100,
        help="further images of each class, which choose the learning rates (default: 100)",
    )
    parser.add_argument(
        "--output",
        type=_folder,
        default="pretraining",
        help=f"a folder for {ROWS} and {CURVE}; a stopped measurement in it goes on (default: pretraining)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Trains what is not trained yet, appends its rows, and prints and draws the curves."""
    from tfgen.cli.tables import print_table
    from tfgen.json_lines import append_rows, read_rows
    from tfgen.zoo.entries import find
    from tfgen.zoo.weights import sha256, weights_file

    done = read_rows(arguments.output / ROWS)
    settings = {
        "model": arguments.name,
        "weights_sha256": sha256(weights_file(find(arguments.name))),
        "least_steps": arguments.steps,
        "validation_per_class": arguments.validation,
    }
    _check_same(done, settings, arguments.output)
    model = open_autoencoder(arguments.name)
    from tfgen.models.classifier import feature_layer
    from tfgen.tasks.learning_curves import curve_table, write_curves
    from tfgen.tasks.pretraining import learning_curve

    train, test = (
        read_images(argparse.Namespace(**{**vars(arguments), "split": split, "n": None}), model)
        for split in ("train", "test")
    )
    # A VAE's layer of that name holds more than the codes.
    layer = None if arguments.layer == "codes" else arguments.layer or feature_layer(model)
    settings |= {"images": train.origin, "images_sha256": _sha256(train, test), "layer": layer or "codes"}
    _check_same(done, settings, arguments.output)
    rows = learning_curve(
        model,
        train,
        test,
        label_counts=arguments.labels,
        seeds=arguments.seeds,
        layer=layer,
        steps=arguments.steps,
        validation_count=arguments.validation,
        done=done,
    )
    for row in rows:
        append_rows(arguments.output / ROWS, [{**settings, **row}])
        contender, found = row["contender"].replace("_", " "), f"{row['accuracy']:.1%}"
        print(f"{row['labels_per_class']:,} labels of each class, seed {row['seed']}, {contender}: {found}", flush=True)
    found = read_rows(arguments.output / ROWS)
    write_curves(found, arguments.output / CURVE, f"{arguments.name}\n{train.origin}")
    print_table(curve_table(found))
    print(
        f"test accuracies in %, mean and standard deviation over the seeds; wrote {arguments.output / ROWS} and "
        f"{arguments.output / CURVE}"
    )


def _sha256(*image_sets: "ImageSet") -> str:
    """Of all pixels and labels: folders of one name and as many images may hold others."""
    digest = hashlib.sha256()
    for images in image_sets:
        for array in (images.images, images.labels):
            if array is not None:
                digest.update(array.tobytes())
    return digest.hexdigest()


def _check_same(rows: "Sequence[Mapping[str, Any]]", settings: "Mapping[str, Any]", output: Path) -> None:
    for row in rows:
        for key, value in settings.items():
            if row.get(key) != value:
                raise TfgenError(
                    f"{output} holds a measurement whose {key} is {row.get(key)}, and here it is {value}; choose "
                    "another output folder"
                )


def _counts(text: str) -> list[int]:
    values = numbers(text)
    if min(values) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} has a 0; of each class there is 1 labelled image or more")
    return values


def _folder(text: str) -> Path:
    from tfgen.data.writing import check_writable

    path = Path(text)
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is a file; name a folder")
    try:
        check_writable(path)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return path
