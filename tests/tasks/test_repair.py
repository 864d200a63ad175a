"""Repairs by models whose images are affine in their codes, so that the best completion is a line of algebra."""

import keras
import numpy as np
import pytest
from scipy.linalg import solve_discrete_lyapunov
from skimage.restoration import inpaint_biharmonic
from tiny_networks import generator

from tfgen.losses.likelihoods import Gaussian
from tfgen.models import GAN, VAE, Autoencoder, ConditionalGAN, LabelledAdversarialAutoencoder
from tfgen.networks import conditional, mlp
from tfgen.tasks.repair import biharmonic, hidden_psnr, iterate, mean_of_known, optimize

SHAPE = (8, 8, 1)
RNG = np.random.default_rng(0)
# Three orthonormal directions among 64 pixels, and a mean image.
BASIS = np.linalg.qr(RNG.normal(size=(64, 3)))[0].T
OFFSET = RNG.uniform(-0.1, 0.1, 64)
IMAGES = RNG.uniform(-0.5, 0.5, (4, *SHAPE)).astype(np.float32)
HIDDEN = np.zeros((8, 8), bool)
HIDDEN[2:6, 3:8] = True
FLAT = HIDDEN.reshape(-1)
SCALE, SPREAD = 0.2, 0.8


def affine_networks(encoded, encoder_bias, decoded):
    """x -> x encoded + encoder_bias, and z -> z decoded + OFFSET."""
    encoder = mlp.encoder(SHAPE, encoded.shape[1], hidden_dims=())
    decoder = mlp.decoder(SHAPE, 3, hidden_dims=(), output_activation="linear")
    encoder.set_weights([encoded, encoder_bias])
    decoder.set_weights([decoded, OFFSET])
    return encoder, decoder


@pytest.fixture(scope="module")
def autoencoder():
    """Projects onto the directions."""
    return Autoencoder(*affine_networks(BASIS.T, -BASIS @ OFFSET, BASIS))


@pytest.fixture(scope="module")
def vae():
    """Probabilistic principal components, with their exact posterior."""
    gain = SPREAD / (SPREAD**2 + SCALE**2)
    encoded = np.concatenate([gain * BASIS.T, np.zeros((64, 3))], axis=1)
    variance = SCALE**2 / (SPREAD**2 + SCALE**2)
    bias = np.concatenate([-gain * BASIS @ OFFSET, np.full(3, np.log(variance))])
    return VAE(*affine_networks(encoded, bias, SPREAD * BASIS), Gaussian(SCALE))


@pytest.fixture(scope="module")
def gan():
    keras.utils.set_random_seed(0)
    return GAN(generator(), mlp.discriminator(SHAPE, hidden_dims=()))


def posterior_given_known():
    """Mean of the codes of IMAGES given their known pixels, (4, 3), by Bayes' rule."""
    known = SPREAD * BASIS[:, ~FLAT]
    precision = np.eye(3) + known @ known.T / SCALE**2
    return np.linalg.solve(precision, known @ (IMAGES.reshape(4, 64) - OFFSET)[:, ~FLAT].T / SCALE**2).T


@pytest.mark.parametrize("repair", [iterate, optimize])
def test_autoencoders_complete_by_least_squares(autoencoder, repair):
    known = (IMAGES.reshape(4, 64) - OFFSET)[:, ~FLAT]
    codes = np.linalg.lstsq(BASIS[:, ~FLAT].T, known.T, rcond=None)[0].T
    expected = (codes @ BASIS + OFFSET)[:, FLAT]
    repaired = repair(autoencoder, IMAGES, HIDDEN)
    np.testing.assert_allclose(repaired[:, HIDDEN][..., 0], expected, atol=1e-3)
    # Which is another than what a single reconstruction gives.
    assert np.abs(np.asarray(autoencoder.reconstruct(IMAGES))[:, HIDDEN][..., 0] - expected).max() > 0.05


def test_vaes_complete_by_the_most_probable_code(vae):
    expected = (SPREAD * posterior_given_known() @ BASIS + OFFSET)[:, FLAT]
    repaired = optimize(vae, IMAGES, HIDDEN)
    np.testing.assert_allclose(repaired[:, HIDDEN][..., 0], expected, atol=1e-3)


def test_vaes_draw_what_could_be_hidden(vae):
    copies = np.tile(IMAGES, (500, 1, 1, 1))
    repaired = iterate(vae, copies, HIDDEN, steps=30)[:, HIDDEN][..., 0].reshape(500, 4, -1)
    expected = (SPREAD * posterior_given_known() @ BASIS + OFFSET)[:, FLAT]
    np.testing.assert_allclose(repaired.mean(axis=0), expected, atol=0.03)
    # The chain's stationary covariance: z' = M z + noise, whose variance is the posterior's.
    posterior = SCALE**2 / (SPREAD**2 + SCALE**2) * np.eye(3)
    shown = SPREAD * BASIS[:, FLAT]
    stationary = solve_discrete_lyapunov(posterior @ shown @ shown.T / SCALE**2, posterior)
    spread = np.sqrt(np.diag(shown.T @ stationary @ shown))
    np.testing.assert_allclose(repaired.std(axis=0).mean(axis=0), spread, rtol=0.1)
    assert np.abs(iterate(vae, IMAGES, HIDDEN, steps=3) - iterate(vae, IMAGES, HIDDEN, steps=3, seed=1)).max() > 0.02


def test_the_search_starts_at_the_code(autoencoder):
    found = optimize(autoencoder, IMAGES, HIDDEN, steps=1, learning_rate=1e-6, restarts=1)
    np.testing.assert_allclose(found, iterate(autoencoder, IMAGES, HIDDEN, steps=1), atol=1e-4)


def test_batches_change_nothing(vae):
    np.testing.assert_allclose(
        iterate(vae, IMAGES, HIDDEN, steps=4, batch_size=3), iterate(vae, IMAGES, HIDDEN, steps=4), atol=1e-5
    )


@pytest.mark.parametrize(
    ("repair", "model"),
    [(iterate, "autoencoder"), (iterate, "vae"), (optimize, "autoencoder"), (optimize, "vae"), (optimize, "gan")],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_known_pixels_stay_and_hidden_ones_are_not_looked_at(request, repair, model):
    model = request.getfixturevalue(model)
    other = np.where(HIDDEN[..., None], -IMAGES, IMAGES)
    repaired = repair(model, IMAGES, HIDDEN, steps=5)
    assert repaired.dtype == np.float32
    np.testing.assert_array_equal(repaired[:, ~HIDDEN], IMAGES[:, ~HIDDEN])
    assert (repaired[:, HIDDEN] != IMAGES[:, HIDDEN]).all()
    np.testing.assert_array_equal(repair(model, other, HIDDEN, steps=5), repaired)


def test_a_gan_finds_its_own_images(gan):
    images = gan.sample(3, seed=4)
    repaired = optimize(gan, images, HIDDEN, steps=400, restarts=4)
    np.testing.assert_allclose(repaired, images, atol=0.02)


def test_baselines():
    images = RNG.uniform(-1, 1, (2, 8, 8, 3)).astype(np.float32)
    filled = mean_of_known(images, HIDDEN)
    np.testing.assert_array_equal(filled[:, ~HIDDEN], images[:, ~HIDDEN])
    np.testing.assert_allclose(filled[1, HIDDEN], np.tile(images[1, ~HIDDEN].mean(axis=0), (20, 1)), rtol=1e-5)
    filled = biharmonic(images, HIDDEN)
    np.testing.assert_array_equal(filled[:, ~HIDDEN], images[:, ~HIDDEN])
    for channel in range(3):
        expected = inpaint_biharmonic(images[0, ..., channel].astype(float), HIDDEN)
        np.testing.assert_allclose(filled[0, ..., channel], expected, atol=1e-4)


def test_only_hidden_pixels_are_measured():
    repaired = np.where(HIDDEN[..., None], IMAGES + 0.2, IMAGES + 0.4)
    np.testing.assert_allclose(hidden_psnr(IMAGES, repaired, HIDDEN), 20.0, rtol=1e-5)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"images": IMAGES[:, :6]}, r"images have shape \(4, 6, 8, 1\); the model takes \('n', 8, 8, 1\)"),
        ({"images": np.zeros((1, *SHAPE), np.uint8)}, "images are uint8"),
        ({"hidden": HIDDEN[:6]}, r"the mask has shape \(6, 8\)"),
        ({"hidden": ~np.zeros_like(HIDDEN)}, "the mask hides all of the pixels"),
        ({"steps": 0}, "steps is 0"),
    ],
    ids=["size", "bytes", "mask", "nothing known", "steps"],
)
@pytest.mark.parametrize("repair", [iterate, optimize])
def test_bad_input_is_named(autoencoder, repair, changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        repair(**{"model": autoencoder, "images": IMAGES, "hidden": HIDDEN, **changes})


def test_labels_that_only_draw_are_not_needed():
    networks = mlp.encoder(SHAPE, 2, hidden_dims=()), mlp.decoder(SHAPE, 2, hidden_dims=())
    model = LabelledAdversarialAutoencoder(*networks, mlp.discriminator((1, 1, 5), hidden_dims=()), num_classes=3)
    for repair in (iterate, optimize):
        repaired = repair(model, IMAGES, HIDDEN, steps=2)
        np.testing.assert_array_equal(repaired[:, ~HIDDEN], IMAGES[:, ~HIDDEN])


def test_models_that_cannot(gan):
    with pytest.raises(ValueError, match="a GAN does not reconstruct; its latents can be sought: optimize"):
        iterate(gan, IMAGES, HIDDEN)
    base = {"name": "mlp.generator", "hidden_dims": []}, {"name": "mlp.discriminator", "hidden_dims": []}
    networks = (
        conditional.generator(SHAPE, 4, 3, base=base[0]),
        conditional.discriminator(SHAPE, 3, base=base[1]),
    )
    with pytest.raises(ValueError, match="a ConditionalGAN is told the class of each image; models that are not can"):
        optimize(ConditionalGAN(*networks, num_classes=3), IMAGES, HIDDEN)
