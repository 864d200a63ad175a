import numpy as np
import pytest
import tensorflow as tf

from tfgen.metrics.inputs import feature_pair, feature_rows


def test_rows_become_float64():
    rows = feature_rows(tf.constant([[1.0, 2.0], [3.0, 4.0]]), "features")
    assert rows.dtype == np.float64
    np.testing.assert_array_equal(rows, [[1, 2], [3, 4]])
    assert feature_rows(rows, "features") is rows


@pytest.mark.parametrize(
    ("features", "sentence"),
    [
        (np.zeros(3), "are float64 of shape \\(3,\\); a score takes real numbers \\(n, features\\)"),
        (np.zeros((2, 0)), "are float64 of shape \\(2, 0\\)"),
        (np.zeros((2, 2), bool), "are bool of shape"),
        (np.zeros((1, 2)), "are 1 row\\(s\\); a score of a distribution needs 2 or more"),
        (np.array([[1, np.nan], [0, 0]]), "have values that are not finite"),
        (np.array([[1, np.inf], [0, -np.inf]]), "have values that are not finite"),
    ],
)
def test_what_is_no_set_of_features_is_refused(features, sentence):
    with pytest.raises(ValueError, match=f"^some features {sentence}"):
        feature_rows(features, "some features")


def test_large_finite_values_pass():
    feature_rows(np.full((2, 2), 1e308), "features")


def test_widths_must_agree():
    with pytest.raises(ValueError, match="reference features are 2 wide and generated ones 3; take both from"):
        feature_pair(np.zeros((2, 2)), np.zeros((2, 3)))
