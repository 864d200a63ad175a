"""Gated PixelCNN as a prior of code maps (van den Oord et al. 2016, arXiv 1606.05328).

Codes are drawn row by row from the top, each row from the left, and what a place depends on are the places before it.
Two stacks of convolutions see them: the vertical one, all rows up to a place's own, of which the horizontal one is
shown the rows above; and the horizontal one, the places to the left. The paper masks kernels; here smaller kernels and
padding on one side alone compute the same, so that every layer is one of Keras'.
"""

import keras
from keras import KerasTensor, layers

from tfgen.layers import GatedActivation
from tfgen.networks import NETWORKS


@NETWORKS.register("pixel_cnn.prior")
def prior(num_codes: int, *, width: int = 64, blocks: int = 8, kernel_size: int = 3) -> keras.Model:
    """Gated PixelCNN: the distribution of each code of a map given those before it, for maps of any size.

    A block reaches `kernel_size // 2` places further, so that all places of a map of 7x7 see all before them from 6
    blocks of 3x3 on.

    Args:
        num_codes: How many different codes there are.
        width: Channels of each stack.
        blocks: How many gated blocks, of which the first does not see the place itself.
        kernel_size: Side of the kernels before masking, odd.

    Returns:
        A model from codes, int32 `(batch, height, width)` from 0 to num_codes - 1, to float32 logits
        `(batch, height, width, num_codes)`.

    Raises:
        ValueError: If there is no block, or kernel_size is not an odd number from 3 on.
    """
    if blocks < 1 or kernel_size < 3 or kernel_size % 2 == 0:
        raise ValueError(
            f"blocks is {blocks} and kernel_size {kernel_size}; there is a block at least, and kernels have an odd "
            "side, 3 or more"
        )
    inputs = keras.Input((None, None), dtype="int32", name="codes")
    vertical = horizontal = layers.Embedding(num_codes, width, name="embedding")(inputs)
    for block in range(1, blocks + 1):
        vertical, horizontal = _block(vertical, horizontal, width, kernel_size // 2, block)
    x = layers.ReLU(name="relu_1")(horizontal)
    x = layers.Conv2D(width, 1, name="conv_last")(x)
    x = layers.ReLU(name="relu_2")(x)
    logits = layers.Conv2D(num_codes, 1, dtype="float32", name="logits")(x)
    return keras.Model(inputs, logits, name="prior")


def _block(
    vertical: KerasTensor, horizontal: KerasTensor, width: int, reach: int, block: int
) -> tuple[KerasTensor, KerasTensor]:
    """Both stacks after one more gated block (figure 2 of the paper)."""
    name, first = f"block_{block}", block == 1
    x = layers.ZeroPadding2D(((reach, 0), (reach, reach)), name=f"{name}_pad_rows")(vertical)
    rows = layers.Conv2D(2 * width, (reach + 1, 2 * reach + 1), name=f"{name}_conv_rows")(x)

    # One row down, a place's own row leaves what it sees.
    x = layers.Cropping2D(((0, 1), (0, 0)), name=f"{name}_crop_own_row")(rows)
    x = layers.ZeroPadding2D(((1, 0), (0, 0)), name=f"{name}_pad_above")(x)
    above = layers.Conv2D(2 * width, 1, name=f"{name}_conv_above")(x)

    if first:
        # The codes themselves: a place's own is what is to be told.
        x = layers.Cropping2D(((0, 0), (0, 1)), name=f"{name}_crop_own_place")(horizontal)
        x = layers.ZeroPadding2D(((0, 0), (reach, 0)), name=f"{name}_pad_left")(x)
        left = layers.Conv2D(2 * width, (1, reach), name=f"{name}_conv_left")(x)
    else:
        x = layers.ZeroPadding2D(((0, 0), (reach, 0)), name=f"{name}_pad_left")(horizontal)
        left = layers.Conv2D(2 * width, (1, reach + 1), name=f"{name}_conv_left")(x)
    x = GatedActivation(name=f"{name}_gate")(layers.Add(name=f"{name}_add")([left, above]))
    x = layers.Conv2D(width, 1, name=f"{name}_conv_out")(x)
    if not first:
        x = layers.Add(name=name)([x, horizontal])
    return GatedActivation(name=f"{name}_gate_rows")(rows), x
