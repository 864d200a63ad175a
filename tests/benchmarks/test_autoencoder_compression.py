import numpy as np
from sklearn.decomposition import PCA
from tiny_zoo import IMAGE_SHAPE, published, runs, zoo  # noqa: F401

from tfgen.benchmarks.autoencoders.compression import draw, measure, principal_components, table
from tfgen.data import ImageSet
from tfgen.data.pictures import from_uint8


def test_curves_of_checkpoints_and_codecs(zoo):  # noqa: F811
    images = ImageSet(np.random.default_rng(0).integers(0, 256, (9, *IMAGE_SHAPE), np.uint8))
    curves = measure(["autoencoder_dots", "vae_dots"], images, images, [0.5, 2.0], [2, 5])
    assert list(curves) == ["autoencoder_dots", "vae_dots", "PCA 2", "PCA 5", "JPEG", "WebP"]
    assert curves["PCA 5"][0].psnr > curves["PCA 2"][0].psnr
    assert [point.setting for point in curves["vae_dots"]] == [0.5, 2.0]
    for points in curves.values():
        assert all(point.bits_per_pixel == 8 * point.size / (9 * 30) for point in points)
    lines = table(curves)
    assert len(lines) == 2 + sum(map(len, curves.values()))
    drawn = draw(curves, "dots").axes[0].lines
    for line, points in zip(drawn, curves.values(), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), [point.psnr for point in points])


def test_principal_components_are_those_of_scikit_learn():
    random = np.random.default_rng(0)
    images = ImageSet(np.rint(random.normal(127, 20, (40, *IMAGE_SHAPE))).clip(0, 255).astype(np.uint8))
    pixels = from_uint8(images.images).reshape(40, -1).astype(float)
    expected = PCA(3).fit(pixels)
    model = principal_components(images, 3)
    coefficients = expected.transform(pixels)
    # A component has no sign of its own.
    np.testing.assert_allclose(np.abs(model.encode(from_uint8(images.images))), np.abs(coefficients), atol=1e-4)
    decoded = expected.inverse_transform(coefficients).reshape(images.images.shape)
    np.testing.assert_allclose(model.reconstruct(from_uint8(images.images)), decoded, atol=1e-4)
