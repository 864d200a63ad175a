"""Berthelot et al. 2017: linear growth of the encoder, constant width of the decoder, an 8x8 base."""

import numpy as np
import pytest
from keras import layers

from tfgen.networks import began


def convolutions(model):
    found = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)]
    assert {layer.kernel_size for layer in found} == {(3, 3)}
    return [(layer.filters, layer.strides[0]) for layer in found]


def test_encoder_grows_linearly_down_to_8x8():
    model = began.encoder((64, 64, 3), 10, width=4)
    assert convolutions(model) == [
        (4, 1),
        *((4, 1), (8, 2)),
        *((8, 1), (12, 2)),
        *((12, 1), (16, 2)),
        *((16, 1), (16, 1)),
    ]
    assert model.get_layer("flatten").input.shape == (None, 8, 8, 16)
    assert len([layer for layer in model.layers if isinstance(layer, layers.ELU)]) == 9


@pytest.mark.parametrize(("side", "base"), [(32, 8), (28, 7), (16, 8), (48, 6), (128, 8)])
def test_the_lowest_resolution(side, base):
    assert began.encoder((side, side, 1), 3, width=2).get_layer("flatten").input.shape[1:3] == (base, base)
    assert began.generator((side, side, 1), 3, width=2).get_layer("base").output.shape[1:3] == (base, base)


def test_decoder_has_one_width_and_generator_is_like_it():
    decoder = began.decoder((32, 32, 3), 10, width=4)
    assert convolutions(decoder) == [(4, 1)] * 6 + [(3, 1)]
    weights = (10 * 64 * 4 + 64 * 4) + 6 * (9 * 4 * 4 + 4) + (9 * 4 * 3 + 3)
    assert decoder.count_params() == weights
    generator = began.generator((32, 32, 3), 10, width=4)
    assert [w.shape for w in generator.weights] == [w.shape for w in decoder.weights]
    generator.set_weights(decoder.get_weights())
    codes = np.random.default_rng(0).uniform(-1, 1, (3, 10)).astype("float32")
    np.testing.assert_array_equal(generator(codes), decoder(codes))


def test_without_a_last_activation_it_is_the_papers():
    model = began.decoder((16, 16, 1), 3, width=2, output_activation="linear")
    images = 1000 * np.random.default_rng(0).normal(size=(3, 3)).astype("float32")
    assert np.abs(model(images)).max() > 1


def test_a_size_that_cannot_be_halved_is_refused():
    with pytest.raises(ValueError, match="cannot be halved"):
        began.encoder((30, 30, 1), 3)
