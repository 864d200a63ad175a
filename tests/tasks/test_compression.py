import keras
import numpy as np
import pytest
from tiny_networks import IMAGE_SHAPE, decoder, encoder

from tfgen.data import ImageSet
from tfgen.data.pictures import to_uint8
from tfgen.errors import TfgenError
from tfgen.models import VQVAE, Autoencoder
from tfgen.networks import pixel_cnn, vq_vae
from tfgen.tasks.code_files import unpack
from tfgen.tasks.compression import (
    compress,
    decoder_sha256,
    decompress,
    dequantised,
    measured_sensitivities,
    rate_distortion,
)


def random_images(n, shape=IMAGE_SHAPE, seed=0):
    return ImageSet(np.random.default_rng(seed).integers(0, 256, (n, *shape), np.uint8))


class Fake:
    """What compression asks of a model, with codes and images by functions of NumPy arrays."""

    decoding_weights = ()

    def __init__(self, image_shape, encode, decode):
        self.image_shape = image_shape
        self._functions = {"encode": encode, "decode": decode}

    def in_batches(self, signature, rows, labels=None, batch_size=256):
        return (
            self._functions[signature](rows[start : start + batch_size]) for start in range(0, len(rows), batch_size)
        )


def linear(gains, noise=0.0, n=2000):
    """A linear decoder of orthogonal columns, the images of Gaussian codes and their codes.

    Args:
        gains: By how many grey levels, in the root of the mean square, a change of 1 of each number changes an image.
        noise: Deviation, in grey levels, of what the decoder cannot make.
        n: How many images.
    """
    random, pixels = np.random.default_rng(0), 64
    basis = np.linalg.qr(random.normal(size=(pixels, len(gains))))[0].T * np.sqrt(pixels) * np.array(gains)[:, None]
    codes = random.normal(size=(n, len(gains))).astype(np.float32)
    images = np.rint(127.5 + codes @ basis + noise * random.normal(size=(n, pixels)))
    assert images.min() >= 0
    assert images.max() <= 255
    shape = (8, 8, 1)
    images = ImageSet(images.reshape(n, *shape).astype(np.uint8))
    inverse = np.linalg.pinv(basis)
    model = Fake(
        shape,
        lambda images: ((images.reshape(-1, pixels) * 127.5) @ inverse).astype(np.float32),
        lambda codes: ((codes @ basis) / 127.5).reshape(-1, *shape).astype(np.float32),
    )
    return model, images


def posterised():
    """A model with whole numbers as codes: each pixel's grey level in sixteenths."""
    return Fake(
        IMAGE_SHAPE,
        lambda images: np.floor((images[..., 0] + 1) * 7.99).astype(np.int32),
        lambda codes: (codes[..., None] / 7.99 - 1).astype(np.float32),
    )


@pytest.fixture(scope="module")
def autoencoder():
    keras.utils.set_random_seed(2)
    return Autoencoder(encoder(), decoder())


@pytest.mark.parametrize("n", [1, 2, 300])
def test_images_are_those_of_the_quantised_codes(autoencoder, n):
    images = random_images(n)
    data = compress(autoencoder, images, 0.5, name="mine")
    file = unpack(data)
    assert (file.decoder, file.image_shape, file.step, len(file.symbols)) == ("mine", IMAGE_SHAPE, 0.5, n)
    decoded = np.concatenate(list(decompress(autoencoder, data)))
    codes = np.asarray(autoencoder.encode(images.images / np.float32(127.5) - 1))
    steps = 0.5 / 2.0 ** (np.array(file.sensitivities) / 4)
    np.testing.assert_array_equal(file.symbols, np.rint(codes / steps))
    np.testing.assert_allclose(decoded, autoencoder.decode((file.symbols * steps).astype(np.float32)), atol=1e-6)


def test_codes_are_within_half_a_step(autoencoder):
    images = random_images(50)
    file = unpack(compress(autoencoder, images, 2.0, name="mine"))
    codes = np.asarray(autoencoder.encode(images.images / np.float32(127.5) - 1))
    steps = 2.0 * 2.0 ** (-np.array(file.sensitivities) / 4)
    assert (np.abs(dequantised(file.symbols, file.step, file.sensitivities) - codes) <= 0.5001 * steps).all()


def test_sensitivities_are_the_gains_of_a_linear_decoder():
    gains = np.array([8.0, 4.0, 1.0, 0.25, 0.0])
    model, images = linear(gains)
    found = unpack(compress(model, images, 1.0, name="linear")).sensitivities
    assert found == (12, 8, 0, -8, -100)


def test_each_number_is_probed_where_its_codes_are():
    # The second number's image stops changing beyond five of its deviations, and the first's deviates far more.
    model = Fake(
        (1, 2, 1), None, lambda codes: np.clip(codes * [0.1, 1.0], -0.05, [1.0, 0.05]).reshape(-1, 1, 2, 1) / 127.5
    )
    codes = np.random.default_rng(0).normal(size=(500, 2)).clip(0, None) * [2.0, 0.01]
    found = measured_sensitivities(model, codes.astype(np.float32))
    # Of two pixels one moves by 0.1 or 1 grey levels: the logarithms of 0.1 and 1 over the root of 2.
    np.testing.assert_allclose(found, 4 * np.log2(np.array([0.1, 1.0]) / np.sqrt(2)), atol=1)
    # A single code tells nothing of deviations.
    assert measured_sensitivities(model, codes[:1].astype(np.float32) + np.float32([0.1, 0.001]))[1] == -2


@pytest.mark.parametrize("step", [2.0, 5.0])
def test_error_is_a_twelfth_of_the_squared_step_for_each_number(step):
    model, images = linear([14.0, 11.0, 9.0])
    (exact, point) = rate_distortion(model, images, [0.01, step])
    # Sensitivities are rounded to quarters of an octave, so that steps are off by up to an eighth: 2^(1/4) squared.
    added = 255**2 * (10 ** (-point.psnr / 10) - 10 ** (-exact.psnr / 10))
    assert 2**-0.25 < added / (3 * step**2 / 12) < 2**0.25


def test_default_step_adds_a_tenth_of_the_models_error():
    model, images = linear([14.0, 11.0, 9.0], noise=6.0)
    step = unpack(compress(model, images, name="linear")).step
    exact, point = rate_distortion(model, images, [0.01, step])
    errors = [10 ** (-each.psnr / 10) for each in (exact, point)]
    assert errors[1] / errors[0] == pytest.approx(1.1, abs=0.03)


def test_what_the_decoder_ignores_costs_nothing():
    # The second number of a code is as wide as the first, and no image depends on it.
    ignored, images = linear([8.0, 0.0])
    alone, others = linear([8.0])
    random = np.random.default_rng(1)
    encode = ignored._functions["encode"]
    ignored._functions["encode"] = lambda images: encode(images) + random.normal(size=(len(images), 2)) * [0, 1]
    (with_ignored,), (without,) = rate_distortion(ignored, images, [3.0]), rate_distortion(alone, others, [3.0])
    assert with_ignored.size == pytest.approx(without.size, rel=0.02)


def test_a_larger_step_is_smaller_and_worse():
    model, images = linear([14.0, 11.0, 9.0], noise=2.0)
    points = rate_distortion(model, images, [1.0, 2.0, 4.0, 8.0, 16.0])
    assert [point.setting for point in points] == [1.0, 2.0, 4.0, 8.0, 16.0]
    for name, values in (("size", [-point.size for point in points]), ("psnr", [-point.psnr for point in points])):
        assert values == sorted(values), name
    # One bit a number less where the step is twice as large: Gaussians of 14, 11 and 9 grey levels.
    assert points[0].size - points[1].size == pytest.approx(3 * len(images) / 8, rel=0.1)
    assert points[0].bits_per_pixel == 8 * points[0].size / (len(images) * 64)


def test_whole_numbers_are_kept_as_they_are():
    model, images = posterised(), random_images(20)
    data = compress(model, images, name="levels")
    file = unpack(data)
    np.testing.assert_array_equal(file.symbols, np.floor(images.images[..., 0] / 127.5 * 7.99))
    assert (file.step, file.sensitivities) == (None, None)
    decoded = np.concatenate(list(decompress(model, data)))
    assert np.abs(to_uint8(decoded).astype(int) - images.images).max() <= 16
    assert len(rate_distortion(model, images, [1.0, 2.0])) == 1
    # Four bits a pixel, 64 pixels an image, beside the header.
    assert len(data) < 20 * 64 * 4 / 8 * 1.1 + 300


def test_maps_of_a_vq_vae():
    keras.utils.set_random_seed(2)
    model = VQVAE(
        vq_vae.encoder(IMAGE_SHAPE, 4, width=6, residual_blocks=1),
        vq_vae.decoder(IMAGE_SHAPE, 4, width=6, residual_blocks=1),
        pixel_cnn.prior(5, width=6, blocks=1),
    )
    images = random_images(30)
    data = compress(model, images, name="vq")
    before = decoder_sha256(model)
    for weights, is_read in ((model.quantizer.codebook, True), (model.prior_network.weights[0], False)):
        weights.assign(weights + 1e-3)
        assert (decoder_sha256(model) != before) == is_read
        weights.assign(weights - 1e-3)
    pixels = images.images / np.float32(127.5) - 1
    np.testing.assert_array_equal(unpack(data).symbols, model.encode(pixels))
    (decoded,) = decompress(model, data)
    np.testing.assert_allclose(decoded, model.reconstruct(pixels), atol=1e-6)


def test_whole_numbers_have_no_step():
    with pytest.raises(ValueError, match="whole numbers, which are kept as they are; leave the step out"):
        compress(posterised(), random_images(2), 2.0, name="levels")


def test_other_weights_are_refused(autoencoder):
    data = compress(autoencoder, random_images(3), name="mine")
    keras.utils.set_random_seed(3)
    other = Autoencoder(encoder(), decoder())
    with pytest.raises(TfgenError) as error:
        decompress(other, data, "photos.tfgc")
    message = str(error.value)
    assert "photos.tfgc was made for the decoder of mine" in message
    assert decoder_sha256(autoencoder) in message
    assert decoder_sha256(other) in message


def test_hash_is_of_what_decodes_and_survives_a_file(autoencoder, tmp_path):
    first = decoder_sha256(autoencoder)
    autoencoder.save_weights(tmp_path / "model.weights.h5")
    keras.utils.set_random_seed(3)
    other = Autoencoder(encoder(), decoder())
    assert decoder_sha256(other) != first
    other.load_weights(tmp_path / "model.weights.h5")
    other.compile("adam", jit_compile=False)
    assert decoder_sha256(other) == first
    for variable in other.decoder.weights:
        value = variable.numpy()
        variable.assign(value + 1e-3)
        assert decoder_sha256(other) != first, variable.path
        variable.assign(value)
    for variable in other.encoder.weights:
        variable.assign(variable + 1e-3)
    assert decoder_sha256(other) == first


@pytest.mark.parametrize("step", [0.0, -1.0, float("nan"), float("inf")])
def test_steps_that_are_none(autoencoder, step):
    with pytest.raises(ValueError, match="a number above 0"):
        compress(autoencoder, random_images(3), step, name="mine")


@pytest.mark.parametrize(("step", "message"), [(1e-4, "are too many"), (1e-12, "too small")])
def test_steps_that_leave_no_room(step, message):
    model, images = linear([14.0, 11.0, 9.0], n=50)
    with pytest.raises(ValueError, match=message):
        compress(model, images, step, name="mine")


def test_images_of_another_shape(autoencoder):
    with pytest.raises(ValueError, match="images have shape"):
        compress(autoencoder, random_images(3, (8, 8, 3)), name="mine")


def test_codes_that_are_not_finite():
    broken = Fake(IMAGE_SHAPE, lambda images: np.full((len(images), 2), np.nan, np.float32), None)
    with pytest.raises(ValueError, match="not finite"):
        compress(broken, random_images(3), name="broken")
