import keras
import numpy as np
import pytest
from sklearn.decomposition import PCA

from tfgen.benchmarks.autoencoders.principal_subspace import compare
from tfgen.models import Autoencoder
from tfgen.networks import mlp

SHAPE = (4, 3, 1)


@pytest.fixture
def images():
    random = np.random.default_rng(0)
    pixels = random.normal(size=(400, 3)) * [3, 2, 1] @ random.normal(size=(3, 12)) + random.normal(size=(400, 12)) / 9
    return (pixels / np.abs(pixels).max()).reshape(-1, *SHAPE).astype("float32")


def linear(images, components):
    """An autoencoder that projects onto the components, written in another basis of their span."""
    mean = images.reshape(len(images), -1).mean(0)
    mixing = np.array([[2.0, 0.5], [0.3, 1.0]])
    networks = mlp.encoder(SHAPE, 2, hidden_dims=()), mlp.decoder(SHAPE, 2, hidden_dims=(), output_activation="linear")
    kernel = components.T @ np.linalg.inv(mixing)
    networks[0].set_weights([kernel, -mean @ kernel])
    networks[1].set_weights([mixing @ components, mean])
    return Autoencoder(*networks)


def test_pca_itself_has_no_angle_and_the_least_error(images):
    pca = PCA(2).fit(images.reshape(len(images), -1))
    found = compare(linear(images, pca.components_), images)
    np.testing.assert_allclose(found.angles, 0, atol=1e-3)
    assert found.error == pytest.approx(found.least_error, rel=1e-5)


def test_a_turned_subspace_is_told(images):
    keras.utils.set_random_seed(0)
    components = PCA(3).fit(images.reshape(len(images), -1)).components_
    turned = np.stack([components[0], np.cos(0.2) * components[1] + np.sin(0.2) * components[2]])
    found = compare(linear(images, turned), images)
    np.testing.assert_allclose(found.angles, [np.degrees(0.2), 0], atol=1e-3)
    assert found.error > 1.01 * found.least_error
