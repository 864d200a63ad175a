"""Latents of images whose classes are known: samples that a classifier judges, or labelled images."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tfgen.data.image_set import ImageSet
from tfgen.latent.directions import mean_difference
from tfgen.latent.encoding import compute_over
from tfgen.latent.generating import compute, generate
from tfgen.models.autoencoder_model import AutoencoderModel
from tfgen.models.classifier import Classifier
from tfgen.models.generative_model import GenerativeModel


class LabelledLatents(NamedTuple):
    """Latents with the classes of their images.

    Attributes:
        latents: float32 `(n, latent_dim)`.
        labels: int64 `(n,)`, the class of each image, as a classifier finds it most probable or a data set knows it.
        probabilities: float32 `(n,)`, the probability of that class, 1 where it is known.
    """

    latents: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray


def label_samples(
    model: GenerativeModel, classifier: Classifier, n: int = 2000, *, labels: Any = None, seed: int = 0
) -> LabelledLatents:
    """Draws samples and lets a classifier judge them.

    Args:
        model: What draws them; memory is that of n images.
        classifier: Which classes there are, for images of the model's shape.
        n: How many.
        labels: For a model that knows classes, as `generate` takes them.
        seed: Of the samples: the latents are those of `model.sample(n, seed)`.

    Raises:
        ValueError: If n is less than 1, the classifier takes other images, or as `generate`.
    """
    if n < 1:
        raise ValueError(f"n is {n}; the number of samples is 1 or more")
    latents = model.draw(n, seed)
    images = generate(model, latents, labels)
    probabilities = compute(classifier, "serving_default", images, description="classifying images")
    return LabelledLatents(latents, probabilities.argmax(axis=1), probabilities.max(axis=1))


def encode_images(autoencoder: AutoencoderModel, images: ImageSet) -> LabelledLatents:
    """The codes of images whose classes are known.

    Raises:
        ValueError: If the images have no labels, or are not of the model's shape.
    """
    if images.labels is None:
        raise ValueError(f"the images from {images.origin} have no labels; give a data set with classes, or folders")
    codes = compute_over(autoencoder, "encode", images, description="encoding images")
    return LabelledLatents(codes, images.labels, np.ones(len(codes), np.float32))


def class_direction(
    samples: LabelledLatents,
    label: int,
    against: Sequence[int] = (),
    find: Callable[[np.ndarray, np.ndarray], np.ndarray] = mean_difference,
) -> np.ndarray:
    """The direction towards a class.

    Args:
        samples: What to find it in.
        label: The class.
        against: The classes that it leads away from; all others if there are none.
        find: Positives, negatives -> direction: `mean_difference` or `boundary_normal`.

    Returns:
        float64 `(latent_dim,)` of length 1.

    Raises:
        ValueError: If there are no samples of the class, or none of those it is told from.
    """
    positive = samples.labels == label
    negative = np.isin(samples.labels, against) if len(against) else ~positive
    if not positive.any() or not negative.any():
        raise ValueError(
            f"of {len(samples.labels):,} samples {positive.sum():,} are taken for class {label} and "
            f"{negative.sum():,} for what it is told from; draw more samples"
        )
    return find(samples.latents[positive], samples.latents[negative])


def exemplars(samples: LabelledLatents, label: int, count: int = 3) -> np.ndarray:
    """The latents whose images the classifier is surest to be of one class.

    Args:
        samples: What to choose from.
        label: The class.
        count: How many.

    Returns:
        float32 `(count, latent_dim)`, the surest first.

    Raises:
        ValueError: If there are fewer.
    """
    found = np.flatnonzero(samples.labels == label)
    if len(found) < count or count < 1:
        raise ValueError(
            f"of {len(samples.labels):,} samples {len(found):,} are taken for class {label}, and {count} are asked "
            "for; draw more samples, or ask for fewer, at least 1"
        )
    surest = np.argsort(-samples.probabilities[found], kind="stable")[:count]
    return samples.latents[found[surest]]
