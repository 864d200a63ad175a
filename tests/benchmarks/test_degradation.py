import numpy as np
import pytest

from tfgen.benchmarks.fidelity.degradation import variants
from tfgen.data import ImageSet, load_images
from tfgen.evaluation import Evaluation
from tfgen.evaluation.sources import ImageSource


def test_what_is_done_to_the_images():
    images = np.random.default_rng(0).integers(0, 256, (200, 6, 6, 1), np.uint8)
    labels = np.arange(200) % 10
    found = dict(variants(images, labels, 50))
    assert {part.shape for part in found.values()} == {(50, 6, 6, 1)}
    assert {part.dtype for part in found.values()} == {np.dtype(np.uint8)}
    np.testing.assert_array_equal(found["nothing"], images[:50])
    kept = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    assert {kept[image.tobytes()] for image in found["5 of 10 classes dropped"]} == {5, 6, 7, 8, 9}
    assert (
        np.diff(found["blurred, sigma 1 pixel"].astype(int), axis=1).std() < np.diff(images.astype(int), axis=1).std()
    )


def test_the_shipped_classifier_ranks_damage_to_real_garments():
    try:
        training, test = (load_images("fashion_mnist", split) for split in ("train", "test"))
    except FileNotFoundError as error:
        pytest.skip(f"Fashion-MNIST is not here: {error}")
    reference = ImageSource("test", ImageSet(np.asarray(test.images[:400])), "test")
    evaluation = Evaluation(["fid"], reference, "fashion_mnist_classifier")
    damaged = variants(training.images, training.labels, 400)
    distances = [evaluation(ImageSource(done, ImageSet(np.asarray(part)), done))[0].value for done, part in damaged]
    assert distances == sorted(distances)
    assert distances[-1] > 10 * distances[0]
