"""Pretraining: how many labels a classifier saves that begins with an autoencoder's encoder."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np

from tfgen.data.image_set import ImageSet
from tfgen.data.pipeline import batches
from tfgen.data.progress import progress
from tfgen.models.autoencoder_model import AutoencoderModel
from tfgen.models.classifier import Classifier

_BATCH_SIZE = 64
_LEAST_PASSES = 15
_HEAD_RATE = 3e-3
_EVALUATED_AT_ONCE = 256


Weights = list[np.ndarray]


class Start(NamedTuple):
    """What a classifier can begin with: weights in the order of `Classifier.get_weights`.

    Attributes:
        pretrained: The encoder is the autoencoder's.
        fresh: The encoder has learned nothing.
    """

    pretrained: Weights
    fresh: Weights


# (weights, learning rate, share=1.0, frozen=False): trains for a share of the steps, the encoder or not.
Fit = Callable[..., Weights]


class Contender(NamedTuple):
    """A way to train a classifier on few labels.

    Attributes:
        train: Takes what it can begin with, what trains, and a learning rate; returns the trained weights.
        learning_rates: Those that the validation images choose among.
    """

    train: Callable[[Start, Fit, float], Weights]
    learning_rates: tuple[float, ...]


def _scratch(start: Start, fit: Fit, rate: float) -> Weights:
    return fit(start.fresh, rate)


def _frozen(start: Start, fit: Fit, rate: float) -> Weights:
    return fit(start.pretrained, rate, frozen=True)


def _fine_tuned(start: Start, fit: Fit, rate: float) -> Weights:
    return fit(fit(start.pretrained, _HEAD_RATE, share=0.5, frozen=True), rate, share=0.5)


CONTENDERS: Mapping[str, Contender] = {
    "scratch": Contender(_scratch, (3e-2, 1e-2, 3e-3, 1e-3, 3e-4)),
    "frozen": Contender(_frozen, (3e-2, 1e-2, 3e-3, 1e-3, 3e-4)),
    "fine_tuned": Contender(_fine_tuned, (3e-3, 1e-3, 3e-4, 1e-4, 3e-5)),
}


def learning_curve(
    autoencoder: AutoencoderModel,
    train: ImageSet,
    test: ImageSet,
    *,
    label_counts: Sequence[int] = (10, 30, 100, 300, 1000),
    seeds: int = 5,
    layer: str | None = None,
    steps: int = 500,
    validation_count: int = 100,
    done: Iterable[Mapping[str, Any]] = (),
) -> Iterator[dict[str, Any]]:
    """Test accuracies of classifiers with and without pretraining, by the number of labelled images of each class.

    Three contenders of one architecture, an encoder with softmax regression on its features, learn from the same
    labelled images, which each seed draws; the images of fewer labels are among those of more.

    - `scratch`: all weights are new.
    - `frozen`: the encoder is the autoencoder's and stays as it is; the regression is trained.
    - `fine_tuned`: as `frozen` for half of the steps, then the encoder is trained too. Trained from the beginning, it
      would follow a regression that has learned nothing yet (Kumar et al. 2022, arXiv 2202.10054).

    Each has equally many steps of Adam, in batches of 64, its learning rate falling to 0 along half a cosine, and the
    best of five learning rates (`CONTENDERS`): the validation images choose it for each contender, number of labels
    and seed. They are as many for few labels as for many, no contender trains on them, and the test images choose
    nothing. Nothing is augmented. Sets Keras' global seed.

    Args:
        autoencoder: A trained model; it stays as it is.
        train: Images with labels, of the autoencoder's shape, that labelled and validation images are drawn from.
        test: Images with labels, of the same classes.
        label_counts: How many labelled images of each class; a number that is there twice is measured once.
        seeds: How many draws and trainings of each, by the seeds 0, 1, ...
        layer: The encoder's layer whose outputs are the features, as `Classifier.from_encoder` takes it.
        steps: Updates of each training; with many labels 15 passes over them, if that is more.
        validation_count: How many validation images of each class.
        done: Rows of a measurement that was stopped, which are not measured again.

    Returns:
        An iterator that measures as it goes. A row for each number of labels, seed and contender: `contender`,
        `labels_per_class`, `seed`, `accuracy` in [0, 1], and what was chosen, `learning_rate` with its
        `validation_accuracy`, and `steps`.

    Raises:
        ValueError: If images are without labels, of another shape or too few, a number is less than 1, or as
            `Classifier.from_encoder`.
    """
    if not label_counts or min(*label_counts, seeds, steps, validation_count) < 1:
        raise ValueError("label_counts (at least one), seeds, steps and validation_count are 1 or more")
    num_classes = _check(autoencoder, train, test, max(label_counts) + validation_count)
    classifiers = _Classifiers(autoencoder, num_classes, layer)
    measured = {_cell(row) for row in done}
    cells = [
        {"contender": contender, "labels_per_class": count, "seed": seed}
        for count in sorted({*label_counts})
        for seed in range(seeds)
        for contender in CONTENDERS
    ]

    def measure(contender: str, labels_per_class: int, seed: int) -> dict[str, Any]:
        labelled, validation = draw(train, labels_per_class, validation_count, seed)
        updates = max(steps, math.ceil(_LEAST_PASSES * len(labelled) / _BATCH_SIZE))
        keras.utils.set_random_seed(seed)
        start = classifiers.start()

        def fit(weights: Weights, rate: float, share: float = 1.0, frozen: bool = False) -> Weights:
            data = batches(labelled, _BATCH_SIZE, labels=True, repeat=True, seed=seed)
            return classifiers.fit(weights, data, math.ceil(share * updates), rate, frozen)

        way = CONTENDERS[contender]
        trained = {rate: way.train(start, fit, rate) for rate in way.learning_rates}
        validated = {rate: classifiers.accuracy(weights, validation) for rate, weights in trained.items()}
        best = max(validated, key=validated.__getitem__)
        return {
            "accuracy": classifiers.accuracy(trained[best], test),
            "learning_rate": best,
            "validation_accuracy": validated[best],
            "steps": updates,
        }

    left = [cell for cell in cells if _cell(cell) not in measured]
    return ({**cell, **measure(**cell)} for cell in progress(left, "training classifiers", len(left)))


def draw(images: ImageSet, count: int, validation_count: int, seed: int) -> tuple[ImageSet, ImageSet]:
    """Draws labelled and validation images: `count` and `validation_count` of each class, no image in both.

    The images of a smaller count are among those of a larger one, and the validation images do not depend on it, as
    long as each class has images for both.
    """
    order = np.random.default_rng(seed).permutation(len(images))
    classes = [order[images.labels[order] == label] for label in range(images.labels.max() + 1)]
    labelled = np.concatenate([members[:count] for members in classes])
    validation = np.concatenate([members[-validation_count:] for members in classes])
    return tuple(
        ImageSet(images.images[rows], images.labels[rows], images.class_names, images.origin)
        for rows in (labelled, validation)
    )


class _Classifiers:
    """A classifier that learns with its encoder and one that learns without: traced once, trained many times."""

    def __init__(self, autoencoder: AutoencoderModel, num_classes: int, layer: str | None):
        self._of = {
            frozen: Classifier.from_encoder(autoencoder, num_classes, layer=layer, frozen=frozen)
            for frozen in (False, True)
        }
        for classifier in self._of.values():
            # Compiling by XLA would take longer than it saves.
            classifier.compile(keras.optimizers.Adam(), jit_compile=False)
        self._pretrained = self._of[True].get_weights()

    def start(self) -> Start:
        classifier = self._of[False]
        classifier.set_weights(self._pretrained)
        # A clone has new weights.
        classifier.encoder.set_weights(keras.models.clone_model(classifier.encoder).get_weights())
        return Start(self._pretrained, classifier.get_weights())

    def fit(self, weights: Weights, data: Any, steps: int, rate: float, frozen: bool) -> Weights:
        classifier = self._of[frozen]
        classifier.set_weights(weights)
        for variable in classifier.optimizer.variables:
            variable.assign(keras.ops.zeros_like(variable))

        def decay(step: int, logs: Any) -> None:
            classifier.optimizer.learning_rate = rate * (1 + math.cos(math.pi * step / steps)) / 2

        callback = keras.callbacks.LambdaCallback(on_train_batch_begin=decay)
        classifier.fit(data, steps_per_epoch=steps, callbacks=[callback], shuffle=False, verbose=0)
        return classifier.get_weights()

    def accuracy(self, weights: Weights, images: ImageSet) -> float:
        classifier = self._of[False]
        classifier.set_weights(weights)
        data = batches(images, _EVALUATED_AT_ONCE, labels=True, shuffle=False)
        # Further digits are those of float32.
        return round(float(classifier.evaluate(data, verbose=0, return_dict=True)["accuracy"]), 6)


def _cell(row: Mapping[str, Any]) -> tuple[str, int, int]:
    return row["contender"], row["labels_per_class"], row["seed"]


def _check(autoencoder: AutoencoderModel, train: ImageSet, test: ImageSet, needed: int) -> int:
    """The number of classes, of images that can be learned from."""
    for images in (train, test):
        if images.labels is None:
            raise ValueError(
                f"the images from {images.origin} have no labels; give a data set with classes, or folders"
            )
        if images.image_shape != autoencoder.image_shape:
            raise ValueError(
                f"the images from {images.origin} are {images.image_shape} and the model takes "
                f"{autoencoder.image_shape}; bring them to that shape"
            )
    members = np.bincount(train.labels)
    if (fewest := members.min()) < needed:
        label = int(members.argmin())
        called = train.class_names[label] if train.class_names else label
        raise ValueError(
            f"class {called} of {train.origin} has {fewest:,} images, and {needed:,} are needed for training and "
            "validation; ask for fewer labels or validation images"
        )
    if (last := test.labels.max()) >= len(members):
        raise ValueError(f"{test.origin} has the class {last}, which {train.origin} has not")
    return len(members)
