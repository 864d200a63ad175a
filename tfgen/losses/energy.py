"""The losses of GANs whose discriminator gives energies: low is real."""

from typing import Any

from keras import ops

from tfgen import backend


def margin_loss(real_energies: Any, fake_energies: Any, margin: float) -> Any:
    """E D(x) + E max(0, m - D(G(z))), EBGAN's discriminator loss (Zhao et al. 2017, arXiv 1609.03126, equation 1).

    Args:
        real_energies: Energies of real images, of any shape.
        fake_energies: Energies of generated images, of any shape.
        margin: m; generated images of a higher energy cost nothing.

    Returns:
        A float32 scalar.
    """
    real_energies = ops.cast(real_energies, "float32")
    fake_energies = ops.cast(fake_energies, "float32")
    return ops.mean(real_energies) + ops.mean(ops.relu(margin - fake_energies))


def pulling_away_term(codes: Any) -> Any:
    """Mean squared cosine between the codes of different images (Zhao et al. 2017, arXiv 1609.03126, equation 10).

    Args:
        codes: `(batch, code_dim)`, the batch is the whole one, on however many devices it is.

    Returns:
        A float32 scalar in [0, 1]; 0 where all codes are orthogonal, or there is one alone.
    """
    codes = ops.cast(codes, "float32")
    directions = codes / ops.sqrt(ops.sum(ops.square(codes), axis=1, keepdims=True) + 1e-12)
    share = ops.cast(ops.shape(codes)[0], "float32")
    n = share * backend.replicas()
    # The sum over pairs is the squared norm of the n x n matrix of cosines, which is also that of the code_dim x
    # code_dim matrix of moments: a mean over images, which replicas can add up. Its diagonal is n ones.
    moments = backend.batch_mean(ops.matmul(ops.transpose(directions), directions)[None] / share)
    return ops.relu(n * ops.sum(ops.square(moments)) - 1.0) / ops.maximum(n - 1.0, 1.0)
