"""WAE keeps the contract; its loss against NumPy; its codes follow the prior, as an autoencoder's do not."""

import json

import keras
import numpy as np
import pytest
from contract import BATCH_SIZE, ModelContract
from tiny_networks import IMAGE_SHAPE, decoder, encoder

from tfgen.losses.maximum_mean_discrepancy import inverse_multiquadric_mmd
from tfgen.metrics import squared_mmd
from tfgen.models import WAE
from tfgen.networks import mlp
from tfgen.priors import GaussianMixture, Normal, Uniform


class TestWAE(ModelContract):
    log_names = ("loss", "reconstruction_loss", "code_penalty")

    def make(self, **compile_arguments):
        model = WAE(encoder(), decoder(), prior=Uniform(), penalty_weight=0.5)
        model.compile(keras.optimizers.Adam(1e-3), **compile_arguments)
        return model


def test_the_loss_is_the_error_and_the_weighted_discrepancy():
    keras.utils.set_random_seed(0)
    model = WAE(encoder(), decoder(), penalty_weight=3.0, prior_deviation=0.7, seed=5)
    images = np.random.default_rng(0).uniform(-1, 1, (6, 8, 8, 1)).astype("float32")
    loss, logs = model.objective(images, training=False)
    # In evaluation the noise is always the same.
    draws = Normal().sample(6, 3, (5, -1))
    penalty = 3.0 * float(inverse_multiquadric_mmd(model.encode(images), draws, deviation=0.7))
    error = np.square(np.asarray(model.reconstruct(images)) - images).mean()
    assert float(logs["reconstruction_loss"]) == pytest.approx(error, rel=1e-5)
    assert float(logs["code_penalty"]) == pytest.approx(penalty, rel=1e-4)
    assert float(loss) == float(logs["loss"]) == pytest.approx(error + penalty, rel=1e-4)


def test_samples_are_decoded_draws_of_the_prior():
    model = WAE(encoder(), decoder(), prior=Uniform())
    draws = Uniform().sample(4, 3, (9, 0))
    np.testing.assert_allclose(model.sample(4, seed=9), model.decode(draws), atol=1e-6)


def test_codes_follow_the_prior_only_if_the_discrepancy_counts():
    # Points on three sides of a square, whose own distribution is no normal one.
    rng = np.random.default_rng(0)
    points = rng.uniform(-0.8, 0.8, (64 * 300, 2))
    points[np.arange(len(points)), rng.integers(2, size=len(points))] = 0.8
    images = points.reshape(-1, 1, 1, 2).astype("float32")
    discrepancies = {}
    for weight in (0.0, 1.0):
        keras.utils.set_random_seed(0)
        networks = (
            mlp.encoder((1, 1, 2), 2, hidden_dims=(32, 32), activation="elu"),
            mlp.decoder((1, 1, 2), 2, hidden_dims=(32, 32), activation="elu"),
        )
        model = WAE(*networks, penalty_weight=weight)
        model.compile(
            keras.optimizers.Adam(3e-3, use_ema=True, ema_momentum=0.95), steps_per_execution=10, jit_compile=False
        )
        model.fit(images, batch_size=64, verbose=0)
        discrepancies[weight] = squared_mmd(model.encode(images[:1000]), model.latents(1000, (7, 7)))
    assert discrepancies[1.0] < 0.1 * discrepancies[0.0]


def test_every_argument_comes_back():
    model = WAE(encoder(), decoder(), prior=Uniform(), prior_deviation=0.5, penalty_weight=0.25, seed=3, name="w")
    again = WAE.from_config(json.loads(json.dumps(model.get_config())))
    assert isinstance(again.prior, Uniform)
    assert (again.prior_deviation, again.penalty_weight, again.seed, again.name) == (0.5, 0.25, 3, "w")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"penalty_weight": -1}, "penalty_weight is -1; it is a finite number, 0 or more"),
        ({"prior_deviation": 0}, "prior_deviation is 0; it is a positive number"),
        ({"prior": GaussianMixture()}, "latent_dim is 3; a GaussianMixture lies in the plane, make it 2"),
    ],
    ids=["weight", "deviation", "prior"],
)
def test_arguments_are_checked(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        WAE(encoder(), decoder(), **arguments)


def test_a_single_image_is_reconstructed_and_not_penalised():
    model = WAE(encoder(), decoder())
    model.compile("adam")
    logs = model.evaluate(np.full((1, 8, 8, 1), 0.5, "float32"), verbose=0, return_dict=True)
    assert logs["code_penalty"] == 0.0
    assert logs["loss"] == logs["reconstruction_loss"] > 0.0
    images = np.zeros((BATCH_SIZE + 1, 8, 8, 1), "float32")
    assert np.isfinite(model.fit(images, batch_size=BATCH_SIZE, verbose=0).history["loss"]).all()


def test_codes_are_as_long_as_the_decoder_takes_them():
    with pytest.raises(ValueError, match=r"^the encoder gives codes of length 2 and the decoder takes 3; the two have"):
        WAE(mlp.encoder(IMAGE_SHAPE, 2), decoder())
