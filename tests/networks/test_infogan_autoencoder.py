"""The study's autoencoder for BEGAN against counts by hand."""

import numpy as np
import pytest

from tfgen.networks import infogan, infogan_autoencoder


@pytest.mark.parametrize(("shape", "stated"), [((32, 32, 3), 1.3e6), ((28, 28, 1), None)])
def test_weights(shape, stated):
    height, _, channels = shape
    pixels = (height // 4) ** 2
    convolutions = (16 * channels * 64 + 64) + (16 * 64 * 128 + 128)
    encoder = convolutions + 128 * pixels * 64 + 64
    decoder = 64 * 128 * pixels + 128 * pixels + (16 * 128 * 64 + 64) + (16 * 64 * channels + channels)
    found = [infogan_autoencoder.encoder(shape, 64), infogan_autoencoder.decoder(shape, 64)]
    assert [network.count_params() for network in found] == [encoder, decoder]
    if stated:
        # The published code's own figure, beside 8.5 million of its other discriminators.
        assert encoder + decoder == pytest.approx(stated, rel=0.03)


def test_batch_normalisation_is_of_the_code_and_of_the_decoders_layers():
    shape = (8, 8, 1)
    plain = infogan_autoencoder.encoder(shape, 5, width=2), infogan_autoencoder.decoder(shape, 5, width=2)
    normalised = [
        infogan_autoencoder.encoder(shape, 5, width=2, batch_norm=True),
        infogan_autoencoder.decoder(shape, 5, width=2, batch_norm=True, batch_norm_momentum=0.9),
    ]
    more = [with_.count_params() - without.count_params() for with_, without in zip(normalised, plain, strict=True)]
    # Scale, offset and two moments of each: 5 units of the code; 16 of the dense layer and 2 channels.
    assert more == [4 * 5, 4 * (2 * 2 * 4 + 2)]
    assert {layer.momentum for layer in normalised[1].layers if hasattr(layer, "momentum")} == {0.9}


def test_images_and_codes():
    shape = (8, 8, 3)
    encoder, decoder = infogan_autoencoder.encoder(shape, 4, width=2), infogan_autoencoder.decoder(shape, 4, width=2)
    images = decoder(encoder(np.random.default_rng(0).uniform(-1, 1, (3, *shape)).astype("float32")))
    assert images.shape == (3, *shape)
    assert np.abs(images).max() <= 1
    with pytest.raises(ValueError, match="multiples of 4"):
        infogan_autoencoder.encoder((30, 30, 1), 4)


def test_moving_averages_may_follow_faster():
    networks = [
        infogan.generator((8, 8, 1), 4, width=2, batch_norm_momentum=0.9),
        infogan.discriminator((8, 8, 1), width=2, batch_norm_momentum=0.9),
        infogan.encoder((8, 8, 1), 4, width=2, batch_norm_momentum=0.9),
        infogan.decoder((8, 8, 1), 4, width=2, batch_norm_momentum=0.9),
    ]
    for network in networks:
        assert {layer.momentum for layer in network.layers if hasattr(layer, "momentum")} == {0.9}
