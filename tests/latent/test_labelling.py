import numpy as np
import pytest

from tfgen.latent import boundary_normal, class_direction, exemplars, generate, label_samples, mean_difference
from tfgen.latent.labelling import LabelledLatents


def test_labels_are_what_the_classifier_sees_in_the_samples(normal_affine, brightness_classifier):
    samples = label_samples(normal_affine, brightness_classifier, 300, seed=4)
    images = normal_affine.sample(300, seed=4)
    np.testing.assert_allclose(generate(normal_affine, samples.latents), images, atol=1e-6)
    pixel = images[:, 0, 0, 0]
    np.testing.assert_array_equal(samples.labels, pixel > 0)
    np.testing.assert_allclose(samples.probabilities, 1 / (1 + np.exp(-2 * np.abs(pixel))), rtol=1e-5)


def test_a_label_chooses_what_is_drawn(affine_of_class, brightness_classifier):
    labels = label_samples(affine_of_class, brightness_classifier, 50, labels=30).labels
    np.testing.assert_array_equal(labels, 1)


def test_exemplars_are_the_surest(normal_affine, brightness_classifier):
    samples = label_samples(normal_affine, brightness_classifier, 200)
    pixels = generate(normal_affine, samples.latents)[:, 0, 0, 0]
    found = generate(normal_affine, exemplars(samples, 0, 5))[:, 0, 0, 0]
    np.testing.assert_allclose(found, np.sort(pixels)[:5], atol=1e-6)


def test_directions_lead_to_a_class_from_all_others_or_from_some():
    random = np.random.default_rng(0)
    latents, labels = random.normal(size=(60, 3)), np.repeat([0, 1, 2], 20)
    samples = LabelledLatents(latents, labels, np.ones(60))
    parts = [latents[labels == label] for label in range(3)]
    np.testing.assert_array_equal(class_direction(samples, 0), mean_difference(parts[0], latents[20:]))
    np.testing.assert_array_equal(
        class_direction(samples, 2, [1], boundary_normal), boundary_normal(parts[2], parts[1])
    )
    for label, against, counts in ((7, [], "0 are taken for class 7 and 60"), (1, [5], "20 are .* class 1 and 0")):
        with pytest.raises(ValueError, match=f"of 60 samples {counts} for what it is told from; draw more"):
            class_direction(samples, label, against)


def test_too_few_are_named(normal_affine, brightness_classifier):
    samples = label_samples(normal_affine, brightness_classifier, 5)
    with pytest.raises(ValueError, match=r"of 5 samples [0-5] are taken for class 1, and 6 are asked for"):
        exemplars(samples, 1, 6)
    with pytest.raises(ValueError, match="of 5 samples 0 are taken for class 7"):
        exemplars(samples, 7)
    with pytest.raises(ValueError, match="n is 0"):
        label_samples(normal_affine, brightness_classifier, 0)
