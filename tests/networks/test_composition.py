import pytest

from tfgen.layers import SpectralNormalization
from tfgen.networks.composition import build_base, build_discriminator, features, new_head

SHAPE = (16, 16, 1)


def test_the_base_gets_its_own_arguments_and_those_given():
    model = build_base({"name": "dcgan.generator", "width": 3}, image_shape=SHAPE, latent_dim=7)
    assert model.input_shape == (None, 7)
    assert model.get_layer("deconv_1").filters == 3


def test_a_new_head_is_normalised_as_the_old_one_and_takes_other_features():
    network = build_discriminator(
        {"name": "dcgan.discriminator", "width": 2, "normalization": "spectral"}, image_shape=SHAPE
    )
    head = new_head(network)
    head.build((None, 9))
    assert isinstance(head, SpectralNormalization)
    assert head.name == "logits"
    assert features(network).shape == (None, 4 * 4 * 4)
    assert head.layer.kernel.shape == (9, 1)
    assert head.layer.kernel_initializer.stddev == 0.02


@pytest.mark.parametrize(
    ("base", "message"),
    [
        ({}, "base has the name None: there is no network None"),
        ({"name": "dcgan.discriminatr"}, "did you mean dcgan.discriminator"),
        ({"name": "dcgan.discriminator", "image_shape": SHAPE}, "base holds image_shape, which its network gets"),
        ({"name": "dcgan.discriminator", "wdth": 3}, "base dcgan.discriminator cannot be built: .*'wdth'"),
        ({"name": "dcgan.generator"}, "base dcgan.generator cannot be built: .*latent_dim"),
        ({"name": "vgg.encoder", "output_dim": 3}, "base vgg.encoder is not a discriminator of images alone"),
    ],
)
def test_bases_that_cannot_be_are_refused(base, message):
    with pytest.raises(ValueError, match=message):
        build_discriminator(base, image_shape=SHAPE)


def test_a_conditional_base_is_refused():
    base = {"name": "projection.discriminator", "num_classes": 3, "base": {"name": "mlp.discriminator"}}
    with pytest.raises(ValueError, match=r"projection.discriminator is not a discriminator of images alone"):
        build_discriminator(base, image_shape=SHAPE)
