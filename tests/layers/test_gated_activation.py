import json

import keras
import numpy as np
import pytest

from tfgen.layers import GatedActivation


def test_the_second_half_opens_and_closes_the_first():
    x = np.random.default_rng(0).normal(size=(3, 4, 5, 6)).astype("float32")
    expected = np.tanh(x[..., :3]) / (1 + np.exp(-x[..., 3:]))
    np.testing.assert_allclose(GatedActivation()(x), expected, atol=1e-6)
    assert GatedActivation()(keras.Input((7, 8))).shape == (None, 7, 4)


def test_round_trip():
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(GatedActivation(name="gate"))))
    assert config["registered_name"] == "tfgen>GatedActivation"
    assert keras.saving.deserialize_keras_object(config).name == "gate"


def test_an_odd_number_of_features_is_refused():
    with pytest.raises(ValueError, match="an even number of features, and 3 are given"):
        GatedActivation()(np.zeros((2, 3), "float32"))
