import numpy as np
from tiny_zoo import IMAGE_SHAPE, published, runs, zoo  # noqa: F401

from tfgen.benchmarks.autoencoders.compression import draw, measure, table
from tfgen.data import ImageSet


def test_curves_of_checkpoints_and_codecs(zoo):  # noqa: F811
    images = ImageSet(np.random.default_rng(0).integers(0, 256, (9, *IMAGE_SHAPE), np.uint8))
    curves = measure(["autoencoder_dots", "vae_dots"], images, [0.5, 2.0])
    assert list(curves) == ["autoencoder_dots", "vae_dots", "JPEG", "WebP"]
    assert [point.setting for point in curves["vae_dots"]] == [0.5, 2.0]
    for points in curves.values():
        assert all(point.bits_per_pixel == 8 * point.size / (9 * 30) for point in points)
    lines = table(curves)
    assert len(lines) == 2 + sum(map(len, curves.values()))
    drawn = draw(curves, "dots").axes[0].lines
    for line, points in zip(drawn, curves.values(), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), [point.psnr for point in points])
