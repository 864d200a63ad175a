import keras
import numpy as np
import pytest
from keras import layers

from tfgen.layers import SpectralNormalization
from tfgen.networks import projection

SHAPE, NUM_CLASSES = (16, 16, 1), 3
IMAGES = np.random.default_rng(0).uniform(-1, 1, (4, *SHAPE)).astype("float32")
LABELS = np.array([0, 2, 1, 2], "int32")


@pytest.mark.parametrize("normalization", ["none", "spectral"])
def test_outputs_are_psi_of_phi_and_the_inner_product(normalization):
    base = {"name": "dcgan.discriminator", "width": 2, "normalization": normalization}
    model = projection.discriminator(SHAPE, NUM_CLASSES, base=base)
    logits, embedding = model.get_layer("logits"), model.get_layer("embedding")
    assert isinstance(embedding, SpectralNormalization if normalization == "spectral" else layers.Embedding)
    v = getattr(embedding, "layer", embedding).embeddings.numpy()
    if normalization == "spectral":
        # Where the power iteration ends.
        embedding.u.assign(np.linalg.svd(v)[2][0])
        v = v / np.linalg.norm(v, 2)
    phi = keras.Model(model.inputs, logits.input)([IMAGES, LABELS]).numpy()
    expected = logits(phi) + np.sum(v[LABELS] * phi, axis=1, keepdims=True)
    np.testing.assert_allclose(model([IMAGES, LABELS]), expected, rtol=1e-4, atol=1e-4)


def test_number_of_weights_of_the_paper():
    """Beside the ResNet, 128 numbers for each class, and a u."""
    model = projection.discriminator((32, 32, 3), 10, base={"name": "resnet.discriminator"})
    alone = projection.build_discriminator({"name": "resnet.discriminator"}, image_shape=(32, 32, 3))
    assert model.count_params() == alone.count_params() + 10 * 128 + 128


def test_a_base_of_another_kind_is_refused():
    with pytest.raises(ValueError, match=r"base vgg.encoder is not a discriminator"):
        projection.discriminator(SHAPE, NUM_CLASSES, base={"name": "vgg.encoder", "output_dim": 1})
