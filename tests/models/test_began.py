"""BEGAN keeps the contract; k follows the paper's rule and stays in [0, 1]."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from contract import AdversarialContract
from tiny_networks import IMAGE_SHAPE, decoder, encoder, generator

from tfgen.models import BEGAN
from tfgen.techniques import AdaptiveSchedule

IMAGES = np.random.default_rng(0).uniform(-1, 1, (6, *IMAGE_SHAPE)).astype("float32")


def make(**arguments):
    keras.utils.set_random_seed(0)
    model = BEGAN(generator(), encoder(), decoder(), **arguments)
    model.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0), jit_compile=False)
    return model


class TestBEGAN(AdversarialContract):
    log_names = (*AdversarialContract.log_names, "balance", "convergence")

    def make(self, **compile_arguments):
        model = BEGAN(generator(), encoder(), decoder(), diversity=0.9, balance_rate=0.5)
        model.compile(*self.optimizers(), **compile_arguments)
        return model


def energies(model, images):
    return np.abs(images - model.decoder(model.encoder(images)).numpy()).mean(axis=(1, 2, 3))


def test_k_and_the_measure_of_convergence_follow_the_paper():
    model = make(diversity=0.8, balance_rate=0.1)
    model.balance.assign(0.5)
    fakes = model.generate(model.latents(6, model.seed_generator.state.numpy())).numpy()
    real, fake = energies(model, IMAGES).mean(), energies(model, fakes).mean()
    logs = model.discriminator_step(tf.constant(IMAGES))
    assert float(logs["discriminator_loss"]) == pytest.approx(real - 0.5 * fake, rel=1e-5)
    assert float(logs["convergence"]) == pytest.approx(real + abs(0.8 * real - fake), rel=1e-5)
    assert float(logs["balance"]) == 0.5
    assert float(model.balance) == pytest.approx(0.5 + 0.1 * (0.8 * real - fake), rel=1e-5)
    assert float(model.generator_loss(model.discriminate(fakes))) == pytest.approx(fake, rel=1e-5)


@pytest.mark.parametrize(("diversity", "end"), [(0.0, 0.0), (1.0, 1.0)])
def test_k_stays_between_0_and_1(diversity, end):
    """Real images of high energy, generated ones of low: unclipped, k would leave [0, 1] on the first step."""
    model = make(diversity=diversity, balance_rate=100.0)
    for _ in range(3):
        model.train_step(tf.constant(5.0 * IMAGES))
        assert float(model.balance) == end


def test_k_starts_at_0_and_is_saved(tmp_path):
    model = make()
    assert float(model.balance) == 0.0
    model.balance.assign(0.25)
    model.save_weights(tmp_path / "model.weights.h5")
    other = make()
    other.load_weights(tmp_path / "model.weights.h5")
    assert float(other.balance) == 0.25


def test_the_equilibrium_is_reached():
    """The claim of the paper: E L(G(z)) is held at gamma E L(x)."""
    keras.utils.set_random_seed(0)
    model = BEGAN(generator(), encoder(), decoder(), diversity=0.7, balance_rate=0.2)
    adam, other_adam = (keras.optimizers.Adam(1e-3, beta_1=0.5) for _ in range(2))
    model.compile(adam, other_adam, jit_compile=False, steps_per_execution=50)
    history = model.fit(np.repeat(IMAGES, 800, axis=0), batch_size=24, epochs=3, verbose=0).history
    assert history["fake_score"][-1] / history["real_score"][-1] == pytest.approx(0.7, abs=0.1)


@pytest.mark.parametrize(("threshold", "moves"), [(-1e9, True), (1e9, False)])
def test_k_rests_while_the_discriminator_does(threshold, moves):
    model = make(balance_rate=0.1, techniques=[AdaptiveSchedule(threshold, -1e9)])
    model.balance.assign(0.5)
    logs = model.discriminator_step(tf.constant(IMAGES))
    assert float(logs["discriminator_updated"]) == moves
    assert (float(model.balance) != 0.5) == moves


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="balance_rate is inf; it is a finite number, 0 or more"):
        make(balance_rate=float("inf"))
    with pytest.raises(ValueError, match="gamma is from 0 to 1"):
        make(diversity=1.5)
