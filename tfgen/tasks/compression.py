"""Images as the codes of an autoencoder, in a file: quantised, entropy-coded, and decoded from it.

Numbers of a code are rounded to multiples of a step. As decoders answer to some numbers more than to others, the step
is one of the image: of each number of a code it is the change that moves the image by `step` grey levels (the root of
the mean square over pixels). At high rates this is the best that uniform quantisation can do (Gersho & Gray 1992,
Vector Quantization and Signal Compression, chapter 8): every number then adds the same squared error, step^2 / 12.
"""

import hashlib
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tfgen.data.image_set import ImageSet
from tfgen.data.pictures import from_uint8, to_uint8
from tfgen.data.progress import progress
from tfgen.errors import TfgenError
from tfgen.latent.encoding import compute_over
from tfgen.tasks.code_files import LARGEST_STEP, CodeFile, pack, unpack
from tfgen.tasks.rate_distortion import RatePoint, rate_point

if TYPE_CHECKING:
    from tfgen.models.autoencoder_model import AutoencoderModel

_BATCH_SIZE = 256
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
    codes = _codes(model, images)
    if np.issubdtype(codes.dtype, np.integer):
        if step is not None:
            raise ValueError(f"the codes of {name} are whole numbers, which are kept as they are; leave the step out")
        return pack(_code_file(model, codes, name))
    sensitivities = measured_sensitivities(model, codes)
    if step is None:
        step = _default_step(model, images, codes)
    return pack(_code_file(model, quantised(codes, step, sensitivities), name, step, sensitivities))


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
    weights = decoder_sha256(model)
    if weights != file.weights:
        raise TfgenError(
            f"{name} was made for the decoder of {file.decoder} with weights of SHA-256 {file.weights}, and those of "
            f"this model's have {weights}; decompress it with the checkpoint that made it"
        )
    if file.image_shape != model.image_shape:
        raise TfgenError(f"{name} holds images {file.image_shape}, and its decoder makes {model.image_shape}")
    return _decoded(model, file)


def measured_point(model: "AutoencoderModel", data: bytes, images: ImageSet) -> RatePoint:
    """The point of a file that `compress` made of these images, by what it decodes to."""
    file = unpack(data)
    batches = progress(decompress(model, file), "decoding images", -(-len(images) // _BATCH_SIZE))
    return rate_point(file.step, len(data), images.images, map(to_uint8, batches))


def rate_distortion(
    model: "AutoencoderModel", images: ImageSet, steps: Sequence[float], *, name: str = "model"
) -> list[RatePoint]:
    """The curve of an autoencoder: files of the same images by different steps, written and read back in memory.

    Args:
        model: What encodes and decodes.
        images: Images of the model's shape.
        steps: As for `compress`; of a model whose codes are whole numbers there is one point, whatever they are.
        name: What the files call the model.

    Returns:
        A point for each step.

    Raises:
        ValueError: As for `compress`.
    """
    codes = _codes(model, images)
    if np.issubdtype(codes.dtype, np.integer):
        files = [_code_file(model, codes, name)]
    else:
        sensitivities = measured_sensitivities(model, codes)
        files = (_code_file(model, quantised(codes, step, sensitivities), name, step, sensitivities) for step in steps)
    return [measured_point(model, pack(file), images) for file in files]


def measured_sensitivities(model: "AutoencoderModel", codes: np.ndarray) -> tuple[int, ...]:
    """How much each number of a code matters to the decoder, by finite differences at some of the codes.

    The differences are of a tenth of the number's own deviation: where the codes are, and no further.

    Args:
        model: Whose decoder.
        codes: Floats (n, latent_dim).

    Returns:
        For each number, four times the binary logarithm of the grey levels (the root of their mean square over pixels
        and images) by which a change of 1 changes an image, rounded.
    """
    some = codes[:: -(-len(codes) // _PROBED_IMAGES)]
    # A number that hardly varies, or the only code there is, would move by less than float32 can tell.
    least = 1e-3 * float(np.sqrt(np.mean(np.square(codes, dtype=np.float64)))) or 1.0
    deltas = np.maximum(0.1 * codes.std(axis=0, dtype=np.float64), least)
    decode = lambda moved: np.concatenate(list(model.in_batches("decode", moved)))  # noqa: E731
    decoded, changes = decode(some), []
    # In both directions, each at half of the codes.
    signs = np.resize([1.0, -1.0], len(some))
    for index in progress(range(codes.shape[1]), "measuring the decoder's sensitivity", codes.shape[1]):
        moved = some.copy()
        moved[:, index] += deltas[index] * signs
        changes.append(np.mean(np.square(decode(moved) - decoded, dtype=np.float64)))
    grey_levels = _GREY_LEVELS * np.sqrt(changes) / deltas
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


def decoder_sha256(model: "AutoencoderModel") -> str:
    """SHA-256 of the weights that decode, in their order: of their shapes and their bytes as little-endian numbers."""
    digest = hashlib.sha256()
    for variable in model.decoding_weights:
        value = np.ascontiguousarray(variable.numpy())
        digest.update(f"{value.dtype.name}{value.shape}".encode())
        digest.update(value.astype(value.dtype.newbyteorder("<"), copy=False).tobytes())
    return digest.hexdigest()


def _codes(model: "AutoencoderModel", images: ImageSet) -> np.ndarray:
    codes = compute_over(model, "encode", images, batch_size=_BATCH_SIZE, description="encoding images")
    if not np.isfinite(codes).all():
        raise ValueError("the model's codes are not finite, so that they cannot be kept; its training has diverged")
    return codes


def _code_file(
    model: "AutoencoderModel",
    symbols: np.ndarray,
    name: str,
    step: float | None = None,
    sensitivities: tuple[int, ...] | None = None,
) -> CodeFile:
    """What a file says of the images that a model coded."""
    step = None if step is None else float(step)
    return CodeFile(name, decoder_sha256(model), model.image_shape, symbols, step, sensitivities)


def _decoded(model: "AutoencoderModel", file: CodeFile) -> Iterator[np.ndarray]:
    for start in range(0, len(file.symbols), _BATCH_SIZE):
        codes = file.symbols[start : start + _BATCH_SIZE]
        if file.step is not None:
            codes = dequantised(codes, file.step, file.sensitivities)
        yield from model.in_batches("decode", codes, batch_size=_BATCH_SIZE)


def _code_steps(step: float, sensitivities: tuple[int, ...]) -> np.ndarray:
    return step * np.exp2(-np.array(sensitivities) / 4)


def _default_step(model: "AutoencoderModel", images: ImageSet, codes: np.ndarray) -> float:
    """The step whose errors, of variance step^2 / 12 a number, add a tenth to the decoder's own, to two digits."""
    spacing = -(-len(codes) // _MEASURED_IMAGES)
    decoded = np.concatenate(list(model.in_batches("decode", codes[::spacing])))
    error = np.mean(np.square(_GREY_LEVELS * (decoded - from_uint8(images.images[::spacing])), dtype=np.float64))
    return float(f"{max(math.sqrt(12 * 0.1 * error / codes.shape[1]), 1e-3):.2g}")
