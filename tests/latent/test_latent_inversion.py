import numpy as np
import pytest

from tfgen.latent import generate, invert_images


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
    with pytest.raises(ValueError, match="say which by a label"):
        invert_images(affine_of_class, images)
    with pytest.raises(ValueError, match="knows no classes"):
        invert_images(normal_affine, images, 5)


def test_bad_input_is_named(normal_affine):
    with pytest.raises(ValueError, match="steps is 0"):
        invert_images(normal_affine, np.zeros((1, 3, 2, 1)), steps=0)
