import keras
import numpy as np
import pytest
from keras import layers

from tfgen.networks import convolutional


def test_parameter_counts_at_28_pixels():
    width, code = 32, 10
    encoder = (16 * width + width) + (16 * width * 2 * width + 2 * width) + (49 * 2 * width * code + code)
    decoder = (code + 1) * 49 * 2 * width + (16 * width * 2 * width + width) + (16 * width + 1)
    assert convolutional.encoder((28, 28, 1), code).count_params() == encoder
    assert convolutional.decoder((28, 28, 1), code).count_params() == decoder


@pytest.mark.parametrize("image_shape", [(28, 28, 1), (64, 64, 3)])
def test_the_decoder_mirrors_the_encoder(image_shape):
    def shapes(model):
        found = [layer.output.shape[1:] for layer in model.layers if isinstance(layer, layers.ReLU | layers.InputLayer)]
        return [shape for shape in found if len(shape) == 3]

    encoder = convolutional.encoder(image_shape, 5, width=4)
    decoder = convolutional.decoder(image_shape, 5, width=4)
    assert shapes(encoder)[1:] == shapes(decoder)[::-1]
    assert shapes(encoder)[-1][:2] == ((7, 7) if image_shape[0] == 28 else (4, 4))


@pytest.mark.parametrize("build", [convolutional.encoder, convolutional.decoder])
def test_batch_norm_precedes_each_relu_and_replaces_the_bias(build):
    plain, normalised = build((28, 28, 1), 5, width=4), build((28, 28, 1), 5, width=4, batch_norm=True)

    def layers_before_relu(model):
        return [
            before
            for before, layer in zip(model.layers, model.layers[1:], strict=False)
            if isinstance(layer, layers.ReLU)
        ]

    assert not any(isinstance(layer, layers.BatchNormalization) for layer in plain.layers)
    assert {type(layer) for layer in layers_before_relu(normalised)} == {layers.BatchNormalization}
    with_kernels = [layer for layer in normalised.layers if hasattr(layer, "kernel")]
    assert [layer.use_bias for layer in with_kernels] == [False] * (len(with_kernels) - 1) + [True]


def test_an_autoencoder_learns_to_tell_two_images_apart():
    keras.utils.set_random_seed(0)
    encoder, decoder = convolutional.encoder((8, 8, 1), 4, width=8), convolutional.decoder((8, 8, 1), 4, width=8)
    autoencoder = keras.Sequential([encoder, decoder])
    autoencoder.compile(keras.optimizers.Adam(1e-2), "mse")
    left = np.where(np.arange(8) < 4, 0.8, -0.8) * np.ones((8, 1))
    images = np.stack([left, -left])[..., np.newaxis]
    without_a_code = np.var(images)
    history = autoencoder.fit(images, images, epochs=40, verbose=0).history
    assert history["loss"][-1] < 0.1 * without_a_code
    assert np.abs(encoder(images[:1]) - encoder(images[1:])).max() > 0.1


@pytest.mark.parametrize("build", [convolutional.encoder, convolutional.decoder])
def test_impossible_sizes_are_refused(build):
    with pytest.raises(ValueError, match="30x30 pixels cannot be halved"):
        build((30, 30, 1), 5)
