import io

import numpy as np
import pytest
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio

from tfgen.data import ImageSet
from tfgen.tasks.picture_codecs import CODECS, JPEG, WEBP, at_size, curve
from tfgen.tasks.rate_distortion import rate_point


def smooth_images(n, shape):
    """Images of random slopes, which codecs of pictures are made for."""
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    slopes = random.normal(0, 6, (2, n, 1, 1, shape[2]))
    images = 128 + slopes[0] * rows[..., None] + slopes[1] * columns[..., None]
    return ImageSet(np.clip(np.rint(images), 0, 255).astype(np.uint8))


def test_psnr_is_of_all_pixels():
    random = np.random.default_rng(0)
    images, decoded = random.integers(0, 256, (2, 7, 5, 4, 3), np.uint8)
    point = rate_point(None, 100, images, [decoded[:3], decoded[3:]])
    assert point.psnr == pytest.approx(peak_signal_noise_ratio(images, decoded, data_range=255))
    assert point.bits_per_pixel == 800 / (7 * 5 * 4)
    assert rate_point(None, 1, images, [images]).psnr == np.inf


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
@pytest.mark.parametrize("shape", [(8, 8, 1), (12, 10, 3)], ids=["grey", "coloured"])
def test_smallest_file_that_is_not_smaller(codec, shape):
    images = smooth_images(30, shape)
    points = curve(codec, images, codec.qualities[5:80:10])
    target = points[len(points) // 2].size
    found = at_size(codec, images, target)
    assert found.bound == ""
    assert found.point.size >= target
    assert found.point.size < 1.3 * target
    # What the curve has for as many bytes: the qualities of WebP are not quite in the order of their errors.
    assert found.point.psnr >= max(point.psnr for point in points if point.size <= target) - 0.2


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_bounds_are_told(codec):
    images = smooth_images(9, (8, 8, 1))
    low, high = at_size(codec, images, 1), at_size(codec, images, 10**6)
    assert (low.bound, low.point.setting) == ("smallest possible", codec.qualities[0])
    assert (high.bound, high.point.setting) == ("largest possible", codec.qualities[-1])
    assert high.point.psnr > 35


def test_one_image_is_its_plain_file():
    images = smooth_images(1, (16, 16, 1))
    buffer = io.BytesIO()
    Image.fromarray(images.images[0, ..., 0]).save(buffer, "WebP", quality=40, method=6)
    (point,) = curve(WEBP, images, [40])
    assert point.size == len(buffer.getvalue())
    decoded = np.asarray(Image.open(buffer).convert("L"))
    assert point.psnr == pytest.approx(peak_signal_noise_ratio(images.images[0, ..., 0], decoded, data_range=255))


def test_images_come_back_in_their_places():
    # Flat images of different grey: one in the wrong place, or a padded pixel among them, would be far off.
    grey = np.arange(23, dtype=np.uint8) * 11
    images = ImageSet(np.broadcast_to(grey[:, None, None, None], (23, 12, 9, 1)).copy())
    for point in curve(JPEG, images, [100]):
        assert point.psnr > 45


def test_mosaics_are_split_where_the_codec_takes_no_larger(monkeypatch):
    monkeypatch.setattr("tfgen.tasks.picture_codecs._LONGEST_SIDE", 20)
    images = smooth_images(11, (8, 8, 1))
    parts = [curve(JPEG, ImageSet(images.images[start : start + 4]), [60])[0].size for start in (0, 4, 8)]
    # Two by two images a mosaic.
    assert curve(JPEG, images, [60])[0].size == sum(parts)


@pytest.mark.parametrize("size", [350, 2000])
def test_repeated_edges_count_where_they_are_better(size):
    # Flat images: without repeated edges, blocks hold the borders of two. Even their largest file is below 2,000 bytes.
    grey = np.random.default_rng(0).integers(0, 256, (64, 1, 1, 1), np.uint8)
    images = np.repeat(grey, 9, axis=1).repeat(9, axis=2)
    found = at_size(JPEG, ImageSet(images), size)
    assert found.block == 8
    assert found.point.psnr > 45
    mosaic = np.repeat(grey, 16, axis=1).repeat(16, axis=2).reshape(8, 8, 16, 16).swapaxes(1, 2).reshape(128, 128)
    sizes = []
    for progressive in (False, True):
        buffer = io.BytesIO()
        image = Image.fromarray(mosaic)
        image.save(buffer, "JPEG", quality=found.point.setting, optimize=True, progressive=progressive)
        sizes.append(len(buffer.getvalue()))
    assert found.point.size == min(sizes)
