import keras
import numpy as np
import pytest

from tfgen.data import ImageSet
from tfgen.data.pictures import from_uint8, read_image, to_uint8
from tfgen.models import Autoencoder
from tfgen.networks import mlp
from tfgen.tasks import pretraining
from tfgen.tasks.learning_curves import accuracies, curve_table, write_curves
from tfgen.tasks.pretraining import CONTENDERS, draw, learning_curve

SHAPE = (8, 8, 1)
CLASSES = 3
SMALL = {"label_counts": (2,), "steps": 120, "validation_count": 20, "layer": None}


def blobs(n, seed):
    """Three patterns that all images are near to, in noise that hides them from a handful of images."""
    patterns = np.random.default_rng(0).choice([-0.15, 0.15], (CLASSES, *SHAPE))
    random = np.random.default_rng(seed)
    labels = random.integers(0, CLASSES, n)
    return ImageSet(to_uint8(patterns[labels] + random.normal(0, 0.35, (n, *SHAPE))), labels, ("a", "b", "c"), "blobs")


@pytest.fixture(scope="module")
def autoencoder():
    """What unlabelled images alone have shown the patterns."""
    keras.utils.set_random_seed(0)
    model = Autoencoder(mlp.encoder(SHAPE, 2, hidden_dims=(16,)), mlp.decoder(SHAPE, 2, hidden_dims=(16,)))
    model.compile(keras.optimizers.Adam(0.01), jit_compile=False)
    model.fit(from_uint8(blobs(1000, 1).images), batch_size=50, epochs=15, verbose=0)
    return model


@pytest.fixture(scope="module")
def measured(autoencoder):
    before = [weight.numpy() for weight in autoencoder.weights]
    # Two rates to choose between: more take longer, and show nothing more.
    two = {name: each._replace(learning_rates=each.learning_rates[1:3]) for name, each in CONTENDERS.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretraining, "CONTENDERS", two)
        rows = list(learning_curve(autoencoder, blobs(300, 2), blobs(400, 3), seeds=2, **SMALL))
    for was, weight in zip(before, autoencoder.weights, strict=True):
        np.testing.assert_array_equal(was, weight.numpy())
    return rows


@pytest.fixture
def one_rate(monkeypatch):
    """Each contender has one learning rate, which takes a fifth of the time."""
    first = {name: each._replace(learning_rates=(0.01,)) for name, each in pretraining.CONTENDERS.items()}
    monkeypatch.setattr(pretraining, "CONTENDERS", first)


def test_pretraining_wins_where_unlabelled_images_show_the_classes(measured):
    means = {name: curve[2].mean() for name, curve in accuracies(measured).items()}
    assert means["frozen"] > means["scratch"] + 0.05
    assert means["fine_tuned"] > means["scratch"] + 0.05


def test_rows_say_what_was_measured(measured):
    cells = [(row["contender"], row["labels_per_class"], row["seed"]) for row in measured]
    assert cells == [(name, 2, seed) for seed in range(2) for name in ("scratch", "frozen", "fine_tuned")]
    for row in measured:
        assert row["steps"] == 120
        assert row["learning_rate"] in pretraining.CONTENDERS[row["contender"]].learning_rates
        # Shares of 60 and of 400 images.
        for key, count in (("validation_accuracy", 60), ("accuracy", 400)):
            assert count * row[key] == pytest.approx(round(count * row[key]), abs=1e-3)


def test_a_stopped_measurement_goes_on_where_it_was(autoencoder, one_rate):
    data, options = (blobs(300, 2), blobs(40, 3)), {**SMALL, "label_counts": (3, 2, 3), "seeds": 1, "steps": 5}
    found = list(learning_curve(autoencoder, *data, **options))
    # A number that is there twice is measured once.
    assert [row["labels_per_class"] for row in found] == [2, 2, 2, 3, 3, 3]
    assert list(learning_curve(autoencoder, *data, **options, done=found[:-1])) == found[-1:]
    assert list(learning_curve(autoencoder, *data, **options, done=found)) == []


def test_contenders_differ_in_what_they_train():
    def fit(weights, rate, share=1.0, frozen=False):
        return [*weights, (rate, share, frozen)]

    start = pretraining.Start(["pretrained"], ["fresh"])
    assert {name: each.train(start, fit, 0.125) for name, each in pretraining.CONTENDERS.items()} == {
        "scratch": ["fresh", (0.125, 1.0, False)],
        "frozen": ["pretrained", (0.125, 1.0, True)],
        "fine_tuned": ["pretrained", (3e-3, 0.5, True), (0.125, 0.5, False)],
    }


def test_trainings_begin_with_the_encoder_or_without_and_leave_nothing_to_the_next(autoencoder, monkeypatch):
    seen = []

    def train(start, fit, rate):
        pretrained = autoencoder.encoder.get_weights()
        assert [np.array_equal(*pair) for pair in zip(start.pretrained, pretrained, strict=False)] == [True] * 4
        # Kernels; biases are 0 in the beginning.
        assert not np.any(start.fresh[0] == pretrained[0])
        assert not np.any(start.fresh[2] == pretrained[2])
        assert [weights.shape for weights in start.fresh] == [weights.shape for weights in start.pretrained]
        for weights, frozen in ((start.fresh, False), (start.pretrained, True)):
            first, _, again = (
                fit(weights, rate, frozen=frozen),
                fit(start.fresh, 0.1),
                fit(weights, rate, frozen=frozen),
            )
            same = [np.array_equal(*pair) for pair in zip(first, weights, strict=True)]
            assert same == [frozen] * 4 + [False] * 2
            for one, other in zip(first, again, strict=True):
                np.testing.assert_array_equal(one, other)
        seen.append(True)
        return first

    monkeypatch.setattr(pretraining, "CONTENDERS", {"mine": pretraining.Contender(train, (0.01,))})
    list(learning_curve(autoencoder, blobs(300, 2), blobs(20, 3), seeds=1, **{**SMALL, "steps": 3}))
    assert seen


def test_many_labels_are_passed_fifteen_times(autoencoder, one_rate, monkeypatch):
    monkeypatch.setattr(pretraining, "CONTENDERS", {"frozen": pretraining.CONTENDERS["frozen"]})
    options = {**SMALL, "label_counts": (25,), "steps": 1, "seeds": 1}
    (row,) = learning_curve(autoencoder, blobs(300, 2), blobs(20, 3), **options)
    # 15 x 75 images in batches of 64, rounded up.
    assert row["steps"] == 18


def test_draws():
    images = blobs(300, 2)
    few, validation = draw(images, 2, 20, seed=4)
    many, again = draw(images, 30, 20, seed=4)
    for drawn, count in ((few, 2), (validation, 20), (many, 30)):
        np.testing.assert_array_equal(np.bincount(drawn.labels), [count] * 3)
    rows = {name: {image.tobytes() for image in drawn.images} for name, drawn in (("few", few), ("many", many))}
    assert rows["few"] < rows["many"]
    assert not rows["many"] & {image.tobytes() for image in validation.images}
    np.testing.assert_array_equal(validation.images, again.images)
    labels = dict(zip((image.tobytes() for image in images.images), images.labels, strict=True))
    assert [labels[image.tobytes()] for image in many.images] == list(many.labels)
    assert {image.tobytes() for image in draw(images, 2, 20, seed=5)[0].images} != rows["few"]


def test_a_table_and_a_picture(tmp_path):
    rows = [
        {"contender": name, "labels_per_class": count, "seed": seed, "accuracy": accuracy}
        for name, count, seed, accuracy in (
            ("scratch", 1000, 0, 0.9), ("scratch", 10, 1, 0.7), ("scratch", 10, 0, 0.5), ("fine_tuned", 10, 0, 0.75),
        )
    ]  # fmt: skip
    table = curve_table(rows)
    assert [list(column.cells) for column in table.columns] == [["10", "1,000"], ["60.0 ± 14.1", "90.0"], ["75.0", ""]]
    assert [column.header for column in table.columns][1:] == ["scratch", "fine tuned"]
    write_curves(rows, tmp_path / "curve.png", "blobs")
    assert read_image(tmp_path / "curve.png").shape == (500, 700, 3)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"train": ImageSet(np.zeros((9, *SHAPE), np.uint8))},
            "the images from arrays have no labels; give a data set",
        ),
        ({"test": ImageSet(np.zeros((9, *SHAPE), np.uint8))}, "the images from arrays have no labels; give a data set"),
        (
            {"test": ImageSet(np.zeros((2, 8, 9, 1), np.uint8), np.array([0, 1]))},
            r"arrays are \(8, 9, 1\) and the model takes \(8, 8, 1\)",
        ),
        (
            {"test": ImageSet(np.zeros((2, *SHAPE), np.uint8), np.array([0, 3]))},
            "arrays has the class 3, which blobs has",
        ),
        ({"label_counts": (2, 500)}, r"of blobs has \d+ images, and 520 are needed for training and validation"),
        ({"label_counts": (0, 2)}, r"label_counts \(at least one\), seeds, steps and validation_count are 1 or more"),
        ({"label_counts": ()}, r"label_counts \(at least one\), seeds"),
        ({"seeds": 0}, r"label_counts \(at least one\), seeds, steps and validation_count are 1 or more"),
        ({"layer": "conv_1"}, "the encoder has no layer 'conv_1'"),
    ],
    ids=["unlabelled", "unlabelled_test", "shape", "class", "too_few", "no_labels", "no_counts", "no_seeds", "layer"],
)
def test_what_cannot_be_measured_is_said_before_anything_is_trained(autoencoder, change, sentence):
    arguments = {"train": blobs(300, 2), "test": blobs(20, 3), **SMALL, **change}
    with pytest.raises(ValueError, match=sentence):
        learning_curve(autoencoder, **arguments)
