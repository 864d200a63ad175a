"""`tfgen anomalies`: images that an autoencoder finds unusual, and where in them it errs."""

import argparse
from functools import partial
from typing import TYPE_CHECKING

from tfgen.cli.arguments import add_command, file_ending_in, number, positive
from tfgen.cli.autoencoding import add_autoencoder, image_source, open_autoencoder, read_source
from tfgen.errors import TfgenError

if TYPE_CHECKING:
    import numpy as np

    from tfgen.data import ImageSet

# A row of more is wider than a screen, and than the picture's file may be.
_WIDEST = 32


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "anomalies",
        "score how unusual images are to an autoencoder, and flag those above a threshold",
        "tfgen anomalies vae_fashion_mnist --images photos/ --output scores.csv --heatmap maps.png\n"
        "  tfgen anomalies vae_fashion_mnist --abnormal mnist --roc roc.png",
    )
    add_autoencoder(parser, no_images="none; give them, or --abnormal; --split and --n are of either")
    parser.add_argument(
        "--abnormal",
        type=image_source,
        metavar="IMAGES",
        help="in place of --images, images known to be anomalous: how well they are told from the normal ones",
    )
    parser.add_argument(
        "--normal-class",
        metavar="NAME",
        help="a class of --images: how well those of all other classes are told from it",
    )
    parser.add_argument(
        "--normal",
        type=image_source,
        metavar="IMAGES",
        help="a dataset, folder or zip of normal images, which set the threshold: all of its test images, or of its "
        "training images if there are no others (default: those of the checkpoint's dataset)",
    )
    parser.add_argument(
        "--quantile", type=_share, default=0.95, help="share of the normal images below the threshold (default: 0.95)"
    )
    parser.add_argument(
        "--smoothing",
        type=_pixels,
        metavar="PIXELS",
        default=1.0,
        help="score by the squared error after a blur by this many pixels, or `none` by the model's own score, its "
        "reconstruction loss; of a VAE that of the posterior's mean, plus the divergence from the prior (default: 1)",
    )
    picture, table = partial(file_ending_in, (".png",)), partial(file_ending_in, (".csv",))
    parser.add_argument("--output", type=table, help="a .csv of all scores")
    parser.add_argument(
        "--heatmap", type=picture, help="a .png of the most unusual images, with reconstructions and errors"
    )
    parser.add_argument(
        "--top", type=_columns, default=8, help=f"how many images --heatmap shows, up to {_WIDEST} (default: 8)"
    )
    parser.add_argument("--roc", type=picture, help="a .png of the ROC curve, with --abnormal or --normal-class")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Scores the images, writes what is asked for and prints a summary."""
    _check(arguments)
    model = open_autoencoder(arguments.name)
    import numpy as np

    from tfgen.data import ImageSet
    from tfgen.metrics.anomaly import anomaly_detection
    from tfgen.tasks.anomalies import SMOOTHING, anomaly_scores, error_maps, threshold_of
    from tfgen.tasks.anomaly_reports import draw_heat_maps, draw_roc, write_figure, write_scores

    read = partial(read_source, arguments.name, model, resize=arguments.resize, data_dir=arguments.data_dir)
    images = read(arguments.images or arguments.abnormal, split=arguments.split, n=arguments.n)
    normal = read(arguments.normal)
    known = _known(arguments, images)
    normal_scores = anomaly_scores(model, normal, arguments.smoothing)
    threshold = threshold_of(normal_scores, arguments.quantile)
    scores = anomaly_scores(model, images, arguments.smoothing)
    if arguments.heatmap:
        top = np.argsort(-scores, kind="stable")[: arguments.top]
        chosen = ImageSet(images.images[top], origin=images.origin)
        maps = error_maps(model, chosen, SMOOTHING if arguments.smoothing is None else arguments.smoothing)
        heat_maps = draw_heat_maps(chosen, maps, scores[top], [_names(images)[index] for index in top])

    names, written = _names(images), scores
    if arguments.abnormal:
        names, written = names + _names(normal), np.concatenate([scores, normal_scores])
        known = np.concatenate([known, np.full(len(normal), "normal")])
    groups = [written[known == kind] for kind in ("normal", "abnormal")]
    quality = anomaly_detection(*groups) if any(map(len, groups)) else None
    if arguments.output:
        write_scores(arguments.output, names, written, threshold, known.tolist())
    if arguments.heatmap:
        write_figure(arguments.heatmap, heat_maps)
    if arguments.roc:
        write_figure(arguments.roc, draw_roc({arguments.name: groups}))

    flagged = int((scores > threshold).sum())
    print(
        f"{flagged:,} of {len(scores):,} images ({flagged / len(scores):.1%}) of {images.origin} score above "
        f"{threshold:.4g}, the {arguments.quantile:g} quantile of {len(normal):,} normal images of {normal.origin}"
    )
    if quality:
        print(
            f"AUROC {quality.auroc:.4f}, average precision {quality.average_precision:.4f}: {len(groups[1]):,} "
            f"anomalies among {len(groups[0]):,} normal images"
        )
    files = [str(path) for path in (arguments.output, arguments.heatmap, arguments.roc) if path]
    print(
        f"wrote {', '.join(files)}" if files else "--output scores.csv keeps the scores, --heatmap maps.png shows where"
    )


def _check(arguments: argparse.Namespace) -> None:
    """Says what texts tell of the arguments."""
    if bool(arguments.images) == bool(arguments.abnormal):
        raise TfgenError("say which images to score: by --images, or by --abnormal if all of them are anomalies")
    if arguments.abnormal and arguments.normal_class:
        raise TfgenError("--normal-class is one of --images, and --abnormal has none; leave one of them out")
    if arguments.roc and not (arguments.abnormal or arguments.normal_class):
        raise TfgenError("--roc needs images known to be anomalous; give --abnormal IMAGES, or --normal-class NAME")
    if arguments.heatmap and arguments.roc and arguments.heatmap.resolve() == arguments.roc.resolve():
        raise TfgenError(f"--heatmap and --roc are both {arguments.roc}; give each its own file")


def _names(images: "ImageSet") -> list[str]:
    return list(images.file_names) or [str(index) for index in range(len(images))]


def _known(arguments: argparse.Namespace, images: "ImageSet") -> "np.ndarray":
    """What each of the scored images is known to be: `"normal"`, `"abnormal"`, or nothing."""
    import numpy as np

    if not arguments.normal_class:
        return np.full(len(images), "abnormal" if arguments.abnormal else "")
    if images.labels is None:
        raise TfgenError(f"the images of {images.origin} have no classes; put them into a folder for each class")
    if arguments.normal_class not in images.class_names:
        raise TfgenError(
            f"{images.origin} has no class {arguments.normal_class!r}; it has {', '.join(images.class_names)}"
        )
    is_normal = images.labels == images.class_names.index(arguments.normal_class)
    if is_normal.all() or not is_normal.any():
        raise TfgenError(
            f"all or none of the images are of class {arguments.normal_class}; take images of other classes too"
        )
    return np.where(is_normal, "normal", "abnormal")


def _columns(text: str) -> int:
    value = positive(text)
    if value > _WIDEST:
        raise argparse.ArgumentTypeError(f"{value} is more than {_WIDEST}")
    return value


def _share(text: str) -> float:
    value = number(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and below 1")
    return value


def _pixels(text: str) -> float | None:
    if text == "none":
        return None
    value = number(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative; it is a number of pixels, 0 or more")
    return value
