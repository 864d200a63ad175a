import numpy as np
import pytest

from tfgen.latent import check_labels, generate, nearest


def test_images_keep_the_arrangement_of_their_latents(normal_affine):
    latents = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
    images = generate(normal_affine, latents, batch_size=4)
    assert (images.shape, images.dtype) == ((2, 3, 3, 2, 1), np.float32)
    np.testing.assert_allclose(normal_affine.latents_of(images), latents.reshape(6, 4), atol=1e-5)
    np.testing.assert_allclose(generate(normal_affine, latents[1, 2]), images[1, 2], atol=1e-6)


def test_one_label_for_all_and_one_for_each(affine_of_class):
    latents = np.zeros((2, 3, 4), "float32")
    without = generate(affine_of_class, latents, 0)
    np.testing.assert_allclose(generate(affine_of_class, latents, 2) - without, np.full(without.shape, 0.2), atol=1e-6)
    labels = np.arange(6).reshape(2, 3)
    moved = generate(affine_of_class, latents, labels) - without
    np.testing.assert_allclose(moved, np.broadcast_to(0.1 * labels[..., None, None, None], moved.shape), atol=1e-6)


def test_labels_and_models_that_do_not_fit_are_named(normal_affine, affine_of_class):
    with pytest.raises(ValueError, match="this AffineOfClass draws images of a class; say which"):
        generate(affine_of_class, np.zeros((1, 4)))
    with pytest.raises(ValueError, match="this Affine knows no classes; leave out the label"):
        check_labels(normal_affine, 1)
    with pytest.raises(ValueError, match="labels go from 99 to 99; the classes are 0 to 39"):
        check_labels(affine_of_class, 99)
    with pytest.raises(ValueError, match=r"labels have shape \(3,\); give one for all latents, or \(2,\)"):
        generate(affine_of_class, np.zeros((2, 4)), [0, 1, 2])
    for latents, shape in ((np.zeros((2, 3)), r"\(2, 3\)"), (1.0, r"\(\)")):
        for function in (generate, nearest):
            with pytest.raises(ValueError, match=rf"latents have shape {shape}; the model takes \(..., 4\)"):
                function(normal_affine, latents)


def test_no_latents_are_no_images(normal_affine, affine_of_class):
    assert generate(normal_affine, np.zeros((0, 4))).shape == (0, 3, 2, 1)
    assert generate(affine_of_class, np.zeros((2, 0, 4)), 1).shape == (2, 0, 3, 2, 1)


def test_the_nearest_latents_are_the_prior_s(affine):
    latents = np.random.default_rng(0).normal(size=(2, 3, 4)) * 3
    found = nearest(affine, latents)
    expected = {
        "Normal": latents,
        "Uniform": latents.clip(-1, 1),
        "Spherical": 2 * latents / np.linalg.norm(latents, axis=-1, keepdims=True),
    }
    np.testing.assert_allclose(found, expected[type(affine.prior).__name__], rtol=1e-5)
