"""Images as the codes of an autoencoder, in a file: quantised, entropy-coded, and decoded from it.

Numbers of a code are rounded to multiples of a step. As decoders answer to some numbers more than to others, the step
is one of the image: of each number of a code it is the change that moves the image by `step` grey levels (the root of
the mean square over pixels). At high rates this is the best that uniform quantisation can do (Gersho & Gray 1992,
Vector Quantization and Signal Compression, chapter 8): every number then adds the same squared error, step^2 / 12.
"""

import hashlib
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from tfgen.data.image_set import ImageSet
from tfgen.data.pictures import from_uint8
from tfgen.data.progress import progress
from tfgen.errors import TfgenError
from tfgen.tasks.code_files import LARGEST_STEP, CodeFile, pack, unpack

if TYPE_CHECKING:
    from tfgen.models.autoencoder_model import AutoencoderModel

BATCH_SIZE = 256

_PROBED_IMAGES = 64
_MEASURED_IMAGES = 1024
_GREY_LEVELS = 127.5
"""Grey levels in 1, as images in [-1, 1] count."""


def compress(model: "AutoencoderModel", images: ImageSet, step: float | None = None, *, name: str) -> bytes:
    """Codes images, quantises the codes and packs them.

    Args:
        model: What encodes and will decode them.
        images: Images of the model's shape.
        step: Grey levels by which one step of a code's number changes an image: the larger, the smaller the file. None
            takes the one that adds about a tenth to the model's own squared error. A model whose codes are whole
            numbers has no step.
        name: What the file calls the model: its name in the zoo, or a run's.

    Returns:
        The file's bytes, as `tfgen.tasks.code_files` lays them out.

    Raises:
        ValueError: If the images are not of the model's shape, the step is not above 0, given for whole numbers, or so
            small that the format has no room, the model's codes are not finite, or the name is a path.
    """
    codes = encode_images(model, images)
    if np.issubdtype(codes.dtype, np.integer):
        if step is not None:
            raise ValueError(f"the codes of {name} are whole numbers, which are kept as they are; leave the step out")
        return pack(code_file(model, codes, name))
    sensitivities = measured_sensitivities(model, codes)
    if step is None:
        step = _default_step(model, images, codes)
    return pack(code_file(model, quantised(codes, step, sensitivities), name, step, sensitivities))


def decompress(model: "AutoencoderModel", file: CodeFile | bytes, name: str = "the data") -> Iterator[np.ndarray]:
    """The images that a file's codes decode to.

    Args:
        model: What encoded them.
        file: The file's bytes, or what they say.
        name: What errors call the file.

    Returns:
        An iterator over batches, float32 (n, height, width, channels) in [-1, 1].

    Raises:
        TfgenError: If the bytes are no such file, are damaged or cut short, or the model is not the one that encoded.
    """
    file = unpack(file, name) if isinstance(file, bytes) else file
    weights = weights_sha256(model)
    if weights != file.weights:
        raise TfgenError(
            f"{name} was made by {file.decoder} with weights of SHA-256 {file.weights}, and this model's weights have "
            f"{weights}; decompress it with the checkpoint that made it"
        )
    if file.image_shape != model.image_shape:
        raise TfgenError(f"{name} holds images {file.image_shape}, and its decoder makes {model.image_shape}")
    codes = file.symbols if file.step is None else dequantised(file.symbols, file.step, file.sensitivities)
    return model.in_batches("decode", codes, batch_size=BATCH_SIZE)


def code_file(
    model: "AutoencoderModel",
    symbols: np.ndarray,
    name: str,
    step: float | None = None,
    sensitivities: tuple[int, ...] | None = None,
) -> CodeFile:
    """What a file says of the images that a model coded."""
    step = None if step is None else float(step)
    return CodeFile(name, weights_sha256(model), model.image_shape, symbols, step, sensitivities)


def encode_images(model: "AutoencoderModel", images: ImageSet) -> np.ndarray:
    """The codes of images, (n, ...).

    Raises:
        ValueError: If the images are not of the model's shape, or a code is not finite.
    """
    starts = range(0, len(images), BATCH_SIZE)
    codes = np.concatenate(
        [
            batch
            for start in progress(starts, "Encoding images", len(starts))
            for batch in model.in_batches("encode", from_uint8(images.images[start : start + BATCH_SIZE]))
        ]
    )
    if not np.isfinite(codes).all():
        raise ValueError("the model's codes are not finite, so that they cannot be kept; its training has diverged")
    return codes


def measured_sensitivities(model: "AutoencoderModel", codes: np.ndarray) -> tuple[int, ...]:
    """How much each number of a code matters to the decoder, by finite differences at some of the codes.

    Args:
        model: Whose decoder.
        codes: Floats (n, latent_dim).

    Returns:
        For each number, four times the binary logarithm of the grey levels (the root of their mean square over pixels
        and images) by which a change of 1 changes an image, rounded.
    """
    some = codes[:: -(-len(codes) // _PROBED_IMAGES)]
    delta = 0.1 * float(np.sqrt(np.mean(np.square(some)))) or 1.0
    decode = lambda moved: np.concatenate(list(model.in_batches("decode", moved)))  # noqa: E731
    decoded, changes = decode(some), []
    # In both directions, each at half of the codes.
    signs = np.resize([1.0, -1.0], len(some))
    for index in progress(range(codes.shape[1]), "Measuring the decoder's sensitivity", codes.shape[1]):
        moved = some.copy()
        moved[:, index] += delta * signs
        changes.append(np.mean(np.square(decode(moved) - decoded, dtype=np.float64)))
    grey_levels = _GREY_LEVELS * np.sqrt(changes) / delta
    octaves = np.log2(np.maximum(grey_levels, np.finfo(np.float64).tiny))
    return tuple(int(each) for each in np.clip(np.rint(4 * octaves), -100, 100))


def quantised(codes: np.ndarray, step: float, sensitivities: tuple[int, ...]) -> np.ndarray:
    """How many steps from 0 each number of the codes lies: int32 (n, latent_dim).

    Raises:
        ValueError: If the step is not above 0, or so small that there are too many.
    """
    if not 0 < step <= LARGEST_STEP:
        raise ValueError(f"the step is {step}; it is a number above 0, up to {LARGEST_STEP:g}")
    steps = np.rint(codes / _code_steps(step, sensitivities))
    if np.abs(steps).max() >= 2**31:
        raise ValueError(f"a step of {step} is too small for numbers of 32 bits; take a larger one")
    return steps.astype(np.int32)


def dequantised(symbols: np.ndarray, step: float, sensitivities: tuple[int, ...]) -> np.ndarray:
    """The codes that lie these steps from 0: float32 (n, latent_dim)."""
    return (symbols * _code_steps(step, sensitivities)).astype(np.float32)


def weights_sha256(model: "AutoencoderModel") -> str:
    """SHA-256 of a model's weights in their order: of their shapes and their bytes as little-endian numbers."""
    digest = hashlib.sha256()
    for variable in model.weights:
        value = np.ascontiguousarray(variable.numpy())
        digest.update(f"{value.dtype.name}{value.shape}".encode())
        digest.update(value.astype(value.dtype.newbyteorder("<"), copy=False).tobytes())
    return digest.hexdigest()


def _code_steps(step: float, sensitivities: tuple[int, ...]) -> np.ndarray:
    return step * np.exp2(-np.array(sensitivities) / 4)


def _default_step(model: "AutoencoderModel", images: ImageSet, codes: np.ndarray) -> float:
    """The step whose errors, of variance step^2 / 12 a number, add a tenth to the decoder's own, to two digits."""
    spacing = -(-len(codes) // _MEASURED_IMAGES)
    decoded = np.concatenate(list(model.in_batches("decode", codes[::spacing])))
    error = np.mean(np.square(_GREY_LEVELS * (decoded - from_uint8(images.images[::spacing])), dtype=np.float64))
    return float(f"{max(math.sqrt(12 * 0.1 * error / codes.shape[1]), 1e-3):.2g}")
