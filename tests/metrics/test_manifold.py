import numpy as np

from tfgen.metrics import density_and_coverage, improved_precision_recall, manifold_scores, neighbours

RNG = np.random.default_rng(0)
REFERENCE, GENERATED = RNG.normal(size=(60, 5)), RNG.normal(0.5, 0.8, size=(50, 5))


def test_the_four_scores_are_those_of_the_two_functions():
    scores = manifold_scores(REFERENCE, GENERATED)
    assert scores[:2] == improved_precision_recall(REFERENCE, GENERATED)
    assert scores[2:] == density_and_coverage(REFERENCE, GENERATED)
    assert scores._fields == ("precision", "recall", "density", "coverage")
    assert len(set(scores)) == 4
    scores = manifold_scores(REFERENCE, GENERATED, precision_recall_k=2, density_coverage_k=7)
    assert scores[:2] == improved_precision_recall(REFERENCE, GENERATED, k=2)
    assert scores[2:] == density_and_coverage(REFERENCE, GENERATED, k=7)


def test_each_distance_is_measured_once(monkeypatch):
    measured = []
    real = neighbours.squared_distances
    monkeypatch.setattr(neighbours, "squared_distances", lambda a, b: measured.append((len(a), len(b))) or real(a, b))
    manifold_scores(REFERENCE, GENERATED)
    assert measured == [(60, 60), (50, 50), (60, 50)]
