"""Section 4.1 of van den Oord et al. 2017, and the two convolutions of the authors' code."""

import pytest
from keras import layers

from tfgen.networks import vq_vae


def conv(inputs, outputs, side):
    return side * side * inputs * outputs + outputs


def test_parameter_counts_are_the_papers():
    width, dim = 256, 64
    stack = 2 * (conv(width, width, 3) + conv(width, width, 1))
    encoder = conv(3, width, 4) + conv(width, width, 4) + stack + conv(width, dim, 1)
    decoder = conv(dim, width, 3) + stack + conv(width, width, 4) + conv(width, 3, 4)
    assert vq_vae.encoder((32, 32, 3), dim).count_params() == encoder
    assert vq_vae.decoder((32, 32, 3), dim).count_params() == decoder


@pytest.mark.parametrize(("stages", "side"), [(1, 14), (2, 7)])
def test_stages_decide_the_size_of_the_map(stages, side):
    encoder = vq_vae.encoder((28, 28, 1), 5, width=2, stages=stages)
    decoder = vq_vae.decoder((28, 28, 1), 5, width=2, stages=stages)
    assert encoder.output_shape == decoder.input_shape == (None, side, side, 5)
    assert decoder.output_shape == encoder.input_shape == (None, 28, 28, 1)


@pytest.mark.parametrize("build", [vq_vae.encoder, vq_vae.decoder], ids=["encoder", "decoder"])
def test_residual_blocks(build):
    model = build((8, 8, 1), 5, width=2, residual_blocks=3)
    assert len([layer for layer in model.layers if isinstance(layer, layers.Add)]) == 3
    # ReLU, 3x3, ReLU, 1x1, beside nothing.
    order = [layer for layer in model.layers if layer.name.startswith("block_2")]
    assert [type(layer) for layer in order] == [layers.ReLU, layers.Conv2D, layers.ReLU, layers.Conv2D, layers.Add]
    assert [layer.kernel_size for layer in order if isinstance(layer, layers.Conv2D)] == [(3, 3), (1, 1)]
    assert model.get_layer("block_3_relu_1").input is model.get_layer("block_2").output
    assert order[-1].input == [model.get_layer("block_1").output, order[-2].output]


@pytest.mark.parametrize("build", [vq_vae.encoder, vq_vae.decoder], ids=["encoder", "decoder"])
@pytest.mark.parametrize(("shape", "stages"), [((30, 28, 1), 2), ((28, 28, 1), 3), ((28, 28, 1), 0)])
def test_impossible_sizes_are_refused(build, shape, stages):
    with pytest.raises(ValueError, match=f"stages is {stages} and the images have {shape[0]}x28 pixels"):
        build(shape, 5, stages=stages)
