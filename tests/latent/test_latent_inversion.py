import numpy as np
import pytest

from tfgen.latent import generate, invert_images
from tfgen.models import InfoGAN
from tfgen.networks import mlp
from tfgen.priors import StructuredCodes


def test_samples_are_found_again_where_the_prior_draws_them(affine):
    latents = np.asarray(affine.latents(5, (3, 0)))
    images = generate(affine, latents)
    found = invert_images(affine, images, steps=400, restarts=3)
    np.testing.assert_allclose(found.latents, latents, atol=0.02)
    np.testing.assert_allclose(found.reconstructions, images, atol=0.002)
    np.testing.assert_allclose(found.distances, 0, atol=0.005)
    np.testing.assert_allclose(affine.prior.nearest(found.latents), found.latents, atol=1e-5)


def test_other_images_get_the_nearest_ones(normal_affine):
    images = np.random.default_rng(0).uniform(-0.3, 0.3, (3, 3, 2, 1)).astype("float32")
    found = invert_images(normal_affine, images, steps=300)
    nearest = normal_affine.latents_of(images)
    np.testing.assert_allclose(found.latents, nearest, atol=0.02)
    distances = np.linalg.norm((images - generate(normal_affine, nearest)).reshape(3, 6) / 2, axis=1)
    np.testing.assert_allclose(found.distances, distances, rtol=1e-3)


def test_the_search_starts_at_the_code(affine_autoencoder):
    latents = np.full((2, 4), 4.0, "float32")
    images = generate(affine_autoencoder, latents)
    # One tiny step away from codes that are wrong by 0.5; no draw of the prior is near.
    found = invert_images(affine_autoencoder, images, steps=1, learning_rate=1e-3, restarts=3)
    np.testing.assert_allclose(found.latents, latents + 0.5, atol=0.002)
    np.testing.assert_allclose(found.distances, 0.05, atol=0.001)
    np.testing.assert_allclose(invert_images(affine_autoencoder, images).latents, latents, atol=0.05)


def test_the_label_is_part_of_the_generator(affine_of_class, normal_affine):
    latents = np.asarray(affine_of_class.latents(3, (0, 0)))
    images = generate(affine_of_class, latents, 5)
    np.testing.assert_allclose(invert_images(affine_of_class, images, 5, steps=300).latents, latents, atol=0.02)
    with pytest.raises(ValueError, match="labels go from 99 to 99; the classes are 0 to 39"):
        invert_images(affine_of_class, images, 99)
    with pytest.raises(ValueError, match="say which by a label"):
        invert_images(affine_of_class, images)
    with pytest.raises(ValueError, match="knows no classes"):
        invert_images(normal_affine, images, 5)


@pytest.fixture
def info_gan():
    """Images that a category of four changes much, and noise a little."""
    generator = mlp.generator((3, 2, 1), 6, hidden_dims=())
    kernel = np.random.default_rng(0).normal(size=(6, 6)).astype("float32") * [[0.3]] * 2
    model = InfoGAN(
        generator, mlp.discriminator((3, 2, 1), hidden_dims=(4,)), prior=StructuredCodes(categories=(4,), continuous=0)
    )
    dense = next(layer for layer in generator.layers if layer.weights)
    dense.set_weights([kernel, *dense.get_weights()[1:]])
    return model


def test_the_category_of_a_code_is_found_and_can_be_said(info_gan):
    latents = np.asarray(info_gan.prior.with_category(info_gan.draw(8, 3), np.arange(8) % 4))
    images = generate(info_gan, latents)
    # No gradient leads to a category: one start is not enough, and is not all that there is.
    found = invert_images(info_gan, images, steps=300, restarts=1)
    np.testing.assert_array_equal(found.latents[:, 2:], latents[:, 2:])
    np.testing.assert_allclose(found.latents, latents, atol=0.05)
    of_class = invert_images(info_gan, images, 2, steps=300, restarts=1)
    np.testing.assert_array_equal(of_class.latents[:, 2:], np.eye(4)[[2] * 8])
    np.testing.assert_allclose(of_class.distances[2::4], 0, atol=0.01)
    assert (of_class.distances[[0, 1, 3]] > 0.05).all()
    with pytest.raises(ValueError, match="labels go from 4 to 4; the classes are 0 to 3"):
        invert_images(info_gan, images, 4)


def test_bad_input_is_named(normal_affine):
    with pytest.raises(ValueError, match="steps is 0"):
        invert_images(normal_affine, np.zeros((1, 3, 2, 1)), steps=0)
