"""EBGAN's losses against the paper's equations, pair by pair."""

import numpy as np
import pytest

from tfgen.losses.energy import margin_loss, pulling_away_term


def test_margin_loss():
    real, fake = np.array([[1.0], [3.0]]), np.array([[0.5], [2.5]])
    assert float(margin_loss(real, fake, 2.0)) == pytest.approx(2.0 + (1.5 + 0.0) / 2)


def test_pulling_away_term_is_the_mean_squared_cosine_of_pairs():
    codes = np.random.default_rng(0).normal(size=(6, 4))
    total = sum(
        (codes[i] @ codes[j] / np.linalg.norm(codes[i]) / np.linalg.norm(codes[j])) ** 2
        for i in range(6)
        for j in range(6)
        if i != j
    )
    assert float(pulling_away_term(codes.astype("float32"))) == pytest.approx(total / (6 * 5), rel=1e-5)


@pytest.mark.parametrize(("codes", "expected"), [(3 * np.eye(4), 0.0), (np.ones((4, 2)), 1.0)])
def test_orthogonal_codes_cost_nothing_and_parallel_ones_1(codes, expected):
    assert float(pulling_away_term(codes.astype("float32"))) == pytest.approx(expected, abs=1e-6)
