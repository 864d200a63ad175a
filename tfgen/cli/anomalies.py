"""`tfgen anomalies`: images that an autoencoder finds unusual, and where in them it errs."""

import argparse
from functools import partial
from typing import TYPE_CHECKING

from tfgen.cli.arguments import add_command, file_ending_in, number, positive
from tfgen.cli.autoencoding import add_autoencoder, file_names, open_autoencoder, read_images
from tfgen.errors import TfgenError

if TYPE_CHECKING:
    import numpy as np

    from tfgen.data import ImageSet
    from tfgen.models import AutoencoderModel
    from tfgen.tasks.anomalies import AnomalyDetector


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "anomalies",
        "score how unusual images are to an autoencoder, and flag those above a threshold",
        "tfgen anomalies vae_fashion_mnist --images photos/ --output scores.csv --heatmap maps.png\n"
        "  tfgen anomalies vae_fashion_mnist --abnormal mnist --smoothing 1 --roc roc.png",
    )
    add_autoencoder(parser)
    parser.add_argument(
        "--normal",
        metavar="IMAGES",
        help="a dataset, folder or zip of normal images, which set the threshold (default: the test split of the "
        "checkpoint's dataset)",
    )
    parser.add_argument(
        "--quantile", type=_share, default=0.95, help="share of the normal images below the threshold (default: 0.95)"
    )
    parser.add_argument(
        "--smoothing",
        type=_pixels,
        metavar="PIXELS",
        help="score by the squared error after a blur by this many pixels (default: the model's own score, its "
        "reconstruction loss or a VAE's negative evidence lower bound)",
    )
    picture, table = partial(file_ending_in, (".png",)), partial(file_ending_in, (".csv",))
    # As text, so that the default is checked too.
    parser.add_argument("--output", type=table, default="scores.csv", help="a .csv (default: scores.csv)")
    parser.add_argument(
        "--heatmap", type=picture, help="a .png of the most unusual images, with reconstructions and errors"
    )
    parser.add_argument("--top", type=positive, default=8, help="how many images --heatmap shows (default: 8)")
    known = parser.add_mutually_exclusive_group()
    known.add_argument(
        "--abnormal", metavar="IMAGES", help="images known to be anomalous: how well they are told from normal ones"
    )
    known.add_argument(
        "--normal-class",
        metavar="NAME",
        help="a class of the images: how well those of all other classes are told from it",
    )
    parser.add_argument("--roc", type=picture, help="a .png of the ROC curve, with --abnormal or --normal-class")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Scores the images, writes what is asked for and prints a summary."""
    if arguments.roc and not (arguments.abnormal or arguments.normal_class):
        raise TfgenError("--roc needs images known to be anomalous; give --abnormal IMAGES, or --normal-class NAME")
    if arguments.heatmap and arguments.heatmap == arguments.roc:
        raise TfgenError(f"--heatmap and --roc are both {arguments.roc}; give each its own file")
    model = open_autoencoder(arguments.name)
    import numpy as np

    from tfgen.data import ImageSet
    from tfgen.metrics.anomaly import anomaly_detection
    from tfgen.tasks.anomalies import SMOOTHING, AnomalyDetector, error_maps
    from tfgen.tasks.anomaly_reports import write_heat_maps, write_roc, write_scores

    images, files = read_images(arguments, model), file_names(arguments)
    names = files or [str(index) for index in range(len(images))]
    normal = _read(arguments, model, arguments.normal)
    detector = AnomalyDetector.fit(model, normal, quantile=arguments.quantile, smoothing=arguments.smoothing)
    scores = detector.score(images)
    groups = _groups(arguments, detector, images, scores, normal)
    quality = anomaly_detection(*groups) if groups else None
    if arguments.heatmap:
        top = np.argsort(-scores, kind="stable")[: arguments.top]
        chosen = ImageSet(images.images[top], origin=images.origin)
        maps = error_maps(model, chosen, SMOOTHING if arguments.smoothing is None else arguments.smoothing)

    write_scores(arguments.output, names, scores, detector.threshold)
    if arguments.heatmap:
        write_heat_maps(arguments.heatmap, chosen, maps, scores[top], [names[index] for index in top])
    if arguments.roc:
        write_roc(arguments.roc, {arguments.name: groups})

    flagged = int((scores > detector.threshold).sum())
    print(
        f"{flagged:,} of {len(scores):,} images ({flagged / len(scores):.1%}) of {images.origin} score above "
        f"{detector.threshold:.4g}, the {arguments.quantile:g} quantile of {len(normal):,} normal images of "
        f"{normal.origin}"
    )
    if quality:
        print(
            f"AUROC {quality.auroc:.4f}, average precision {quality.average_precision:.4f}: {len(groups[1]):,} "
            f"anomalies among {len(groups[0]):,} normal images"
        )
    print(f"wrote {', '.join(str(path) for path in (arguments.output, arguments.heatmap, arguments.roc) if path)}")


def _read(arguments: argparse.Namespace, model: "AutoencoderModel", source: str | None) -> "ImageSet":
    return read_images(argparse.Namespace(**{**vars(arguments), "images": source, "split": None, "n": None}), model)


def _groups(
    arguments: argparse.Namespace,
    detector: "AnomalyDetector",
    images: "ImageSet",
    scores: "np.ndarray",
    normal: "ImageSet",
) -> tuple["np.ndarray", "np.ndarray"] | None:
    """The scores of images known to be normal, and of those known to be anomalous; None if none are known."""
    if arguments.abnormal:
        return detector.score(normal), detector.score(_read(arguments, detector.model, arguments.abnormal))
    if not arguments.normal_class:
        return None
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
    return scores[is_normal], scores[~is_normal]


def _share(text: str) -> float:
    value = number(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and below 1")
    return value


def _pixels(text: str) -> float:
    value = number(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative; it is a number of pixels, 0 or more")
    return value
