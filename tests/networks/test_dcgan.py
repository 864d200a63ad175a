"""The rules of Radford, Metz and Chintala 2015, and the shapes in the authors' code."""

import numpy as np
import pytest
from keras import layers

from tfgen.layers import LeakyReLU
from tfgen.networks import dcgan


def kernels(model):
    return [layer.kernel.shape for layer in model.layers if hasattr(layer, "kernel")]


def test_generator_has_the_shapes_of_the_authors_code():
    noise, width = 10, 4
    model = dcgan.generator((64, 64, 3), noise, width=width)
    assert kernels(model) == [
        (noise, 8 * width * 4 * 4),
        (5, 5, 4 * width, 8 * width),
        (5, 5, 2 * width, 4 * width),
        (5, 5, width, 2 * width),
        (5, 5, 3, width),
    ]


def test_discriminator_has_the_shapes_of_the_authors_code():
    width = 4
    model = dcgan.discriminator((64, 64, 3), width=width)
    assert kernels(model) == [
        (5, 5, 3, width),
        (5, 5, width, 2 * width),
        (5, 5, 2 * width, 4 * width),
        (5, 5, 4 * width, 8 * width),
        (8 * width * 4 * 4, 1),
    ]


def test_parameter_counts_at_28_pixels():
    noise, width = 100, 64
    norm = 4  # scale, offset and two moving averages a channel
    generator = noise * 49 * 2 * width + norm * 2 * width + 25 * 2 * width**2 + norm * width + 25 * width + 1
    discriminator = 25 * width + width + 25 * 2 * width**2 + norm * 2 * width + 49 * 2 * width + 1
    assert dcgan.generator((28, 28, 1), noise, width=width).count_params() == generator == 834_369
    assert dcgan.discriminator((28, 28, 1), width=width).count_params() == discriminator == 213_249


@pytest.mark.parametrize("image_shape", [(28, 28, 1), (64, 64, 3)])
def test_normalisation_everywhere_but_at_output_and_input(image_shape):
    generator = dcgan.generator(image_shape, 5, width=2)
    discriminator = dcgan.discriminator(image_shape, width=2)

    def normalised(model):
        """For each layer with a kernel, whether normalisation comes before the next activation."""
        order = [layer for layer in model.layers if not isinstance(layer, layers.Reshape | layers.Flatten)]
        pairs = zip(order, [*order[1:], None], strict=True)
        return [isinstance(after, layers.BatchNormalization) for layer, after in pairs if hasattr(layer, "kernel")]

    stages = 2 if image_shape[0] == 28 else 4
    assert normalised(generator) == [True] * stages + [False]
    assert normalised(discriminator) == [False] + [True] * (stages - 1) + [False]
    for model in (generator, discriminator):
        norms = [layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)]
        assert {(layer.momentum, layer.epsilon) for layer in norms} == {(0.9, 1e-5)}
        assert all(
            layer.use_bias is not norm
            for layer, norm in zip(
                [layer for layer in model.layers if hasattr(layer, "kernel")], normalised(model), strict=True
            )
        )


def test_activations_strides_and_no_pooling_or_hidden_dense():
    generator = dcgan.generator((64, 64, 3), 5, width=2)
    discriminator = dcgan.discriminator((64, 64, 3), width=2)
    for model, activation in ((generator, layers.ReLU), (discriminator, LeakyReLU)):
        assert [type(layer) for layer in model.layers if "relu" in layer.name] == [activation] * 4
        assert not any("Pooling" in type(layer).__name__ for layer in model.layers)
        assert all(layer.strides == (2, 2) for layer in model.layers if hasattr(layer, "strides"))
    assert all(layer.negative_slope == 0 for layer in generator.layers if isinstance(layer, layers.ReLU))
    assert all(
        layer.negative_slope == pytest.approx(0.2)
        for layer in discriminator.layers
        if isinstance(layer, layers.LeakyReLU)
    )
    assert [layer.name for layer in generator.layers if isinstance(layer, layers.Dense)] == ["project"]
    assert [layer.name for layer in discriminator.layers if isinstance(layer, layers.Dense)] == ["logits"]
    assert discriminator.get_layer("logits").activation.__name__ == "linear"


def test_initial_weights():
    generator = dcgan.generator((28, 28, 1), 100, width=64)
    for name in ("project", "deconv_1"):
        kernel = np.asarray(generator.get_layer(name).kernel)
        # The standard errors of the mean and of the deviation of n normal draws, five times over.
        assert kernel.mean() == pytest.approx(0, abs=5 * 0.02 / kernel.size**0.5)
        assert kernel.std() == pytest.approx(0.02, abs=5 * 0.02 / (2 * kernel.size) ** 0.5)
        assert np.abs(kernel).max() > 2 * 0.02 * 1.5, "truncated"
    norm = generator.get_layer("project_batch_norm")
    gamma = np.asarray(norm.gamma)
    assert gamma.mean() == pytest.approx(1, abs=5 * 0.02 / gamma.size**0.5)
    assert gamma.std() == pytest.approx(0.02, abs=5 * 0.02 / (2 * gamma.size) ** 0.5)
    assert not np.any(norm.beta)


def test_encoder_and_decoder_are_discriminator_and_generator_with_codes():
    encoder, discriminator = dcgan.encoder((28, 28, 1), 1, width=3), dcgan.discriminator((28, 28, 1), width=3)
    decoder, generator = dcgan.decoder((28, 28, 1), 5, width=3), dcgan.generator((28, 28, 1), 5, width=3)
    rng = np.random.default_rng(0)
    for autoencoding, adversarial in ((encoder, discriminator), (decoder, generator)):
        autoencoding.set_weights(adversarial.get_weights())
        inputs = rng.uniform(-1, 1, (4, *adversarial.input_shape[1:])).astype("float32")
        np.testing.assert_array_equal(autoencoding(inputs), adversarial(inputs))
    assert dcgan.encoder((28, 28, 1), 7, width=3).layers[-1].name == "codes"


@pytest.mark.parametrize(("upsampling", "factor"), [("resize_convolution", 1), ("pixel_shuffle", 4)])
def test_other_upsampling(upsampling, factor):
    for build in (dcgan.generator, dcgan.decoder):
        model = build((28, 28, 1), 5, width=3, upsampling=upsampling)
        assert model.output_shape == (None, 28, 28, 1)
        assert kernels(model)[1:] == [(5, 5, 6, factor * 3), (5, 5, 3, factor)]


def test_an_unknown_upsampling_is_refused():
    with pytest.raises(ValueError, match="there is no upsampling 'bicubic'"):
        dcgan.generator((28, 28, 1), 5, upsampling="bicubic")


@pytest.mark.parametrize("build", [lambda shape: dcgan.generator(shape, 5), dcgan.discriminator])
def test_impossible_sizes_are_refused(build):
    with pytest.raises(ValueError, match="30x30 pixels cannot be halved"):
        build((30, 30, 1))
