import numpy as np
import pytest
import tensorflow as tf

from tfgen.metrics import kernel_distance, kid

RNG = np.random.default_rng(0)


def by_loops(reference, generated):
    """The unbiased estimate of one subset, pair by pair."""

    def kernel(x, y):
        return (np.dot(x, y) / len(x) + 1) ** 3

    def among(rows):
        return np.mean([kernel(x, y) for i, x in enumerate(rows) for j, y in enumerate(rows) if i != j])

    between = np.mean([kernel(x, y) for x in reference for y in generated])
    return among(reference) + among(generated) - 2 * between


@pytest.mark.parametrize("block", [1, 4, 2048])
@pytest.mark.parametrize(("n", "m"), [(12, 12), (15, 12), (13, 17)])
def test_against_loops(n, m, block, monkeypatch):
    monkeypatch.setattr(kid, "_BLOCK", block)
    reference, generated = RNG.normal(size=(n, 3)), RNG.normal(0.5, 2, size=(m, 3))
    rng = np.random.default_rng(7)
    parts = np.array_split(rng.permutation(n), 3), np.array_split(rng.permutation(m), 3)
    expected = [by_loops(reference[part], generated[other]) for part, other in zip(*parts, strict=True)]
    found = kernel_distance(reference, generated, subset_size=4, seed=7)
    assert found.value == pytest.approx(np.mean(expected), rel=1e-10)
    assert found.standard_error == pytest.approx(np.std(expected, ddof=1) / np.sqrt(3), rel=1e-10)


def test_no_difference_is_0_on_average_and_the_standard_error_is_honest():
    found = [kernel_distance(RNG.normal(size=(60, 4)), RNG.normal(size=(90, 4)), subset_size=10) for _ in range(400)]
    values, errors = np.transpose(found)
    assert abs(values.mean()) < 4 * values.std() / np.sqrt(len(values))
    assert (values < 0).any()
    assert np.sqrt(np.square(errors).mean()) == pytest.approx(values.std(), rel=0.15)


def test_a_difference_is_its_expectation_and_the_standard_error_is_honest():
    # In one dimension with x ~ N(0, 1), y ~ N(1, 1): E (xy + 1)^3 = 1 + 3 E[x] E[y] + 3 E[x^2] E[y^2] + E[x^3] E[y^3].
    def expectation(first, second):
        return 1 + 3 * first[0] * second[0] + 3 * first[1] * second[1] + first[2] * second[2]

    x, y = (0, 1, 0), (1, 2, 4)
    expected = expectation(x, x) + expectation(y, y) - 2 * expectation(x, y)
    found = [
        kernel_distance(RNG.normal(size=(200, 1)), RNG.normal(1, size=(200, 1)), subset_size=20) for _ in range(400)
    ]
    values, errors = np.transpose(found)
    assert abs(values.mean() - expected) < 4 * values.std() / np.sqrt(len(values))
    assert np.sqrt(np.square(errors).mean()) == pytest.approx(values.std(), rel=0.15)


def test_the_seed_shuffles():
    # Sorted by class, as data sets may be: unshuffled, each subset would compare other classes.
    classes = np.repeat(np.eye(10), 20, axis=0)
    found = kernel_distance(classes, classes, subset_size=20)
    assert found == kernel_distance(classes, classes, subset_size=20, seed=0)
    assert found != kernel_distance(classes, classes, subset_size=20, seed=1)
    assert abs(found.value) < 4 * found.standard_error


def test_tensors_and_float32():
    reference, generated = RNG.normal(size=(2, 40, 5)).astype("float32")
    expected = kernel_distance(reference.astype("float64"), generated.astype("float64"), subset_size=10)
    assert kernel_distance(tf.constant(reference), tf.constant(generated), subset_size=10) == expected
    assert [type(number) for number in expected] == [float, float]


def test_1000_rows_by_default():
    rows = RNG.normal(size=(2000, 2))
    assert kernel_distance(rows, rows) == kernel_distance(rows, rows, subset_size=1000)
    with pytest.raises(
        ValueError, match=r"1,999 features make 1 subset\(s\) of 1,000, and a standard error needs 2; give"
    ):
        kernel_distance(rows, rows[:-1])


@pytest.mark.parametrize(
    ("n", "size", "sentence"),
    [
        (
            9,
            10,
            r"9 features make 0 subset\(s\) of 10, and a standard error needs 2; give at least 20 of each set, or a",
        ),
        (9, 1, "subset_size is 1; an unbiased estimate needs 2 rows or more"),
        (1, 2, "a score of a distribution needs 2 or more"),
    ],
)
def test_what_cannot_be_estimated_is_refused(n, size, sentence):
    for lengths in ((n, 30), (30, n)):
        with pytest.raises(ValueError, match=sentence):
            kernel_distance(*(np.zeros((length, 2)) for length in lengths), subset_size=size)
