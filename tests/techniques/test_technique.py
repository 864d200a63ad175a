"""All techniques at once, with two methods; the registry; a model that is not compiled."""

import numpy as np
from affine import affine_gan, batch
from technique_contract import TechniqueContract

from tfgen.models import GAN, WGAN, MinimaxGAN
from tfgen.techniques import (
    TECHNIQUES,
    AdaptiveSchedule,
    DifferentiableAugmentation,
    HistoricalAveraging,
    InstanceNoise,
    Replay,
)
from tfgen.techniques.technique import Technique


class EveryTechnique(TechniqueContract):
    # The buffer of `Replay` is the first replica's.
    equals_one_device = False

    def techniques(self):
        return [
            Replay(4),
            InstanceNoise(0.5, 6),
            DifferentiableAugmentation(["translation", "color"]),
            AdaptiveSchedule(-0.1, -5.0),
            HistoricalAveraging(0.7),
        ]


class TestMinimax(EveryTechnique):
    model_class = MinimaxGAN


class TestWasserstein(EveryTechnique):
    model_class = WGAN


def test_names():
    assert TECHNIQUES.names() == [
        "adaptive_schedule",
        "differentiable_augmentation",
        "historical_averaging",
        "instance_noise",
        "replay",
    ]
    assert all(issubclass(TECHNIQUES.get(name), Technique) for name in TECHNIQUES.names())


def test_a_model_that_is_not_compiled_loads_the_weights_of_one_that_is(tmp_path):
    model = affine_gan(techniques=EveryTechnique().techniques())
    model.fit(batch(8), batch_size=4, verbose=0)
    model.save_weights(tmp_path / "model.weights.h5")
    other = GAN.from_config(model.get_config())
    other.load_weights(tmp_path / "model.weights.h5")
    assert not any(technique.variables for technique in other.techniques)
    np.testing.assert_array_equal(other.sample(3, seed=0), model.sample(3, seed=0))


def test_two_of_a_kind_remember_apart():
    model = affine_gan(techniques=[Replay(2), Replay(3)])
    model.fit(batch(8), batch_size=4, verbose=0)
    assert [technique.images.shape[0] for technique in model.techniques] == [2, 3]
    remembered = [variable for technique in model.techniques for variable in technique.variables]
    assert len(remembered) == len({id(variable) for variable in remembered}) == 6
    assert {id(variable) for variable in remembered} <= {id(variable) for variable in model.variables}
