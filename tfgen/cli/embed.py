"""`tfgen embed`: the features of images, as arrays, as a picture, and for TensorBoard's projector."""

import argparse
from pathlib import Path

from tfgen.cli.arguments import add_command, file_ending_in, seed
from tfgen.cli.autoencoding import add_autoencoder, read_images
from tfgen.cli.quiet import load_tensorflow
from tfgen.errors import TfgenError


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "embed",
        "compute the codes or features of images, and show them in the plane",
        "tfgen embed vae_fashion_mnist --output codes.npy --scatter codes.png",
    )
    add_autoencoder(parser)
    parser.add_argument(
        "--output",
        type=_features,
        help="a .npy for the features, with labels beside it in a .labels.npy; a .parquet for a table; or a folder for "
        "features.npy, labels.npy and class_names.txt",
    )
    parser.add_argument("--scatter", type=_picture, help="a .png with a point for each image, up to 5,000 of them")
    parser.add_argument(
        "--projection", choices=("pca", "tsne", "umap"), help="how points come to the plane (default: pca)"
    )
    parser.add_argument(
        "--projector", type=_new_folder, metavar="FOLDER", help="a folder that `tensorboard --logdir FOLDER` shows"
    )
    parser.add_argument(
        "--seed", type=seed, default=0, help="of the points that are shown, and of tsne and umap (default: 0)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Computes the features and writes what is asked for."""
    projection = _check(arguments)
    from tfgen.zoo.entries import find
    from tfgen.zoo.weights import weights_file

    entry = find(arguments.name)
    table = entry.recipe.table
    if "encoder" not in table["networks"]:
        raise TfgenError(
            f"{arguments.name} is a {table['model']['name']} and computes no features; autoencoders, VAEs and "
            "classifiers do"
        )
    weights_file(entry)
    load_tensorflow()
    from tfgen.tasks.embedding import embed, write_features
    from tfgen.tasks.projector import write_projector
    from tfgen.tasks.scatter import scatter_points, write_scatter
    from tfgen.zoo import load

    model = load(arguments.name)
    images = read_images(arguments, model)
    features = embed(model, images)
    # All that can go wrong with the features does so before the first file is written.
    points = scatter_points(features, projection, seed=arguments.seed) if arguments.scatter else None
    if arguments.output:
        write_features(arguments.output, features, images)
    if arguments.projector:
        write_projector(arguments.projector, features, images, name=Path(arguments.name).name)
    if points:
        write_scatter(arguments.scatter, points, images)
    written = [str(path) for path in (arguments.output, arguments.scatter, arguments.projector) if path]
    print(
        f"wrote {features.shape[1]:,} features of each of {len(features):,} images by {arguments.name} to "
        f"{', '.join(written)}; the images are from {images.origin}"
    )


def _check(arguments: argparse.Namespace) -> str:
    """What texts tell of the arguments; the projection."""
    from tfgen.tasks.scatter import check_projection

    paths = [path for path in (arguments.output, arguments.scatter, arguments.projector) if path]
    if not paths:
        raise TfgenError(
            "there is nothing to write; give --output codes.npy, --scatter codes.png or --projector FOLDER"
        )
    places = [path.resolve() for path in paths]
    if len({*places}) < len(places):
        raise TfgenError("--output and --projector are the same folder; give each its own")
    if inner := next((path for path, place in zip(paths, places, strict=True) if {*place.parents} & {*places}), None):
        raise TfgenError(f"{inner} is inside of another output, which is written as a whole; choose another place")
    if arguments.projection and not arguments.scatter:
        raise TfgenError("--projection goes with --scatter; leave it out")
    projection = arguments.projection or "pca"
    check_projection(projection)
    return projection


def _picture(text: str) -> Path:
    return file_ending_in((".png",), text)


def _features(text: str) -> Path:
    from tfgen.tasks.embedding import check_features_path

    try:
        check_features_path(Path(text))
    except (ValueError, TfgenError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return Path(text)


def _new_folder(text: str) -> Path:
    from tfgen.data.writing import check_new_folder, check_writable

    try:
        check_new_folder(Path(text))
        check_writable(Path(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return Path(text)
