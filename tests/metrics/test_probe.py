import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tfgen.metrics import linear_probe

RNG = np.random.default_rng(0)


def blobs(n, classes=3, spread=1.0):
    labels = np.arange(n) % classes
    return 6.0 * np.eye(classes)[labels] + spread * RNG.normal(size=(n, classes)), labels


def test_separable_classes():
    probe = linear_probe(*blobs(60), *blobs(30))
    assert probe.accuracy == 1.0
    assert type(probe.accuracy) is type(probe.c) is float


def test_features_without_information():
    labels = np.arange(200) % 2
    probe = linear_probe(RNG.normal(size=(200, 4)), labels, RNG.normal(size=(200, 4)), labels)
    assert probe.accuracy == pytest.approx(0.5, abs=0.12)


def test_digits_as_scikit_learn_searches_and_fits():
    pixels, labels = load_digits(return_X_y=True)
    train, test = (pixels[::6], labels[::6]), (pixels[1::6], labels[1::6])
    search = GridSearchCV(
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)),
        {"logisticregression__C": [0.0001, 0.001, 0.01, 0.1, 1, 10]},
        cv=StratifiedShuffleSplit(1, test_size=0.2, random_state=0),
    ).fit(*train)
    assert linear_probe(*train, *test) == (search.score(*test), search.best_params_["logisticregression__C"])
    assert 0.85 < search.score(*test) < 1


def test_units_of_features_do_not_matter():
    train, labels = blobs(60, spread=3.0)
    test, test_labels = blobs(60, spread=3.0)
    units = np.array([1e-3, 1.0, 1e4])
    assert linear_probe(train, labels, test, test_labels) == linear_probe(
        train * units + 5, labels, test * units + 5, test_labels
    )


def test_the_penalty_is_chosen_by_training_rows_alone():
    # Many features of noise call for a strong penalty, few good ones for none.
    train, labels = RNG.normal(size=(60, 100)), np.arange(60) % 2
    train[:, 0] += 2.0 * labels
    chosen = {linear_probe(train, labels, RNG.normal(size=(20, 100)), np.arange(20) % 2).c for _ in range(3)}
    assert len(chosen) == 1
    # Of equals, the strongest.
    assert linear_probe(*blobs(60, spread=0.1), *blobs(30)).c == 1e-4


def test_the_same_seed_gives_the_same_probe():
    sets = *blobs(60, spread=5.0), *blobs(60, spread=5.0)
    assert linear_probe(*sets, seed=3) == linear_probe(*sets, seed=3)


def test_what_is_refused():
    features, labels = blobs(30)
    with pytest.raises(ValueError, match="training features are 3 wide and test ones 2; take both from"):
        linear_probe(features, labels, features[:, :2], labels)
    with pytest.raises(ValueError, match="test labels are int64 of shape \\(29,\\); give an integer for each of 30"):
        linear_probe(features, labels, features, labels[1:])
    with pytest.raises(ValueError, match="training labels have 1 class\\(es\\), the smallest of 30 row\\(s\\)"):
        linear_probe(features, 0 * labels, features, labels)
    with pytest.raises(ValueError, match="training labels have 3 class\\(es\\), the smallest of 4 row\\(s\\); give"):
        linear_probe(features[:12], labels[:12], features, labels)
    linear_probe(features[:15], labels[:15], features, labels)
