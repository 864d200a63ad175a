"""Files of coded images: a header that says which decoder reads them, the codes, and a hash of everything.

Layout: `TFGC`, a byte with the format's version, the header's length in 4 bytes (little-endian), the header (JSON in
UTF-8), the coded symbols (`entropy_coding`), and the SHA-256 of all bytes before it.
"""

import hashlib
import json
import math
import re
import struct
from dataclasses import dataclass

import numpy as np

from tfgen import __version__
from tfgen.errors import TfgenError
from tfgen.tasks.entropy_coding import check_size, decode_symbols, encode_symbols

LARGEST_STEP = 1e9

_MAGIC = b"TFGC"
_VERSION = 1
_START = struct.Struct("<4sBI")
_HASH_BYTES = hashlib.sha256().digest_size
_LONGEST_HEADER = 2**20
_LARGEST_SYMBOL = 2**31 - 1
_LARGEST_SENSITIVITY = 127


@dataclass(frozen=True, eq=False)
class CodeFile:
    """What a file says.

    Attributes:
        decoder: The checkpoint that decodes it: a name in the zoo, or what a run's folder is called.
        weights: SHA-256 of the weights that decode, in hexadecimal.
        image_shape: (height, width, channels) of the images.
        symbols: Whole numbers, int32 (n, ...): the codes, or in how many steps from 0 each number of a code lies.
        step: Grey levels by which a step changes an image; None of codes that are whole numbers themselves.
        sensitivities: Of each number of a code, the logarithm, in quarters of an octave, of the grey levels by which a
            change of 1 changes an image; None of codes that are whole numbers themselves.
    """

    decoder: str
    weights: str
    image_shape: tuple[int, int, int]
    symbols: np.ndarray
    step: float | None = None
    sensitivities: tuple[int, ...] | None = None


def pack(file: CodeFile) -> bytes:
    """A file's bytes.

    Raises:
        ValueError: If it holds more images or larger numbers than the format has room for, or the decoder's name is not
            printable or is a path.
    """
    if not _is_name(file.decoder):
        raise ValueError(f"{file.decoder!r} cannot name a decoder; take a name that is printable and no path")
    n, *code_shape = file.symbols.shape
    lowest, highest = int(file.symbols.min()), int(file.symbols.max())
    levels = highest - lowest + 1
    check_size(n, math.prod(code_shape), levels)
    coded = encode_symbols(file.symbols.reshape(n, -1) - lowest, levels)
    header = {
        "tfgen": __version__,
        "decoder": file.decoder,
        "weights": file.weights,
        "image_shape": file.image_shape,
        "images": n,
        "code_shape": code_shape,
        "lowest": lowest,
        "highest": highest,
        "coded_bytes": len(coded),
    }
    if file.step is not None:
        header |= {"step": file.step, "sensitivities": file.sensitivities}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    if len(text) > _LONGEST_HEADER:
        raise ValueError(
            f"the header of codes of {math.prod(code_shape):,} numbers is longer than the format has room for"
        )
    data = _START.pack(_MAGIC, _VERSION, len(text)) + text + coded
    return data + hashlib.sha256(data).digest()


def unpack(data: bytes, name: str = "the data") -> CodeFile:
    """What a file's bytes say, everything checked before it is used.

    Args:
        data: The bytes.
        name: What errors call them.

    Raises:
        TfgenError: If they are no such file, of another version, damaged or cut short.
    """
    if len(data) < _START.size or not data.startswith(_MAGIC):
        raise TfgenError(f"{name} is no file that `tfgen compress` wrote")
    _, version, length = _START.unpack_from(data)
    body, digest = data[:-_HASH_BYTES], data[-_HASH_BYTES:]
    if hashlib.sha256(body).digest() != digest:
        raise TfgenError(f"{name} is damaged or cut short: its SHA-256 is not the one it ends with; get it anew")
    if version != _VERSION:
        raise TfgenError(f"{name} is of version {version} of its format, and this tfgen reads version {_VERSION}")
    if length > min(_LONGEST_HEADER, len(body) - _START.size):
        raise TfgenError(f"{name} cannot be used: its header is said to have {length:,} bytes")
    coded = body[_START.size + length :]
    try:
        return _read(json.loads(body[_START.size :][:length]), coded)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, TfgenError) as error:
        raise TfgenError(f"{name} cannot be used: {type(error).__name__} {error} in its header or codes") from error


def _read(header: dict, coded: bytes) -> CodeFile:
    decoder, weights = header["decoder"], header["weights"]
    if not re.fullmatch("[0-9a-f]{64}", weights) or not _is_name(decoder):
        raise ValueError(f"a decoder {decoder!r} with weights {weights!r}")
    image_shape = tuple(_whole(each, 1, 2**16) for each in header["image_shape"])
    code_shape = tuple(_whole(each, 1, 2**20) for each in header["code_shape"])
    if len(image_shape) != 3 or not 1 <= len(code_shape) <= 3:
        raise ValueError(f"{len(image_shape)} and {len(code_shape)} dimensions")
    lowest = _whole(header["lowest"], -_LARGEST_SYMBOL, _LARGEST_SYMBOL)
    highest = _whole(header["highest"], lowest, _LARGEST_SYMBOL)
    step = sensitivities = None
    if "step" in header:
        step = header["step"]
        if type(step) not in (float, int) or not 0 < step <= LARGEST_STEP:
            raise ValueError(f"a step of {step}")
        sensitivities = tuple(
            _whole(each, -_LARGEST_SENSITIVITY, _LARGEST_SENSITIVITY) for each in header["sensitivities"]
        )
        if code_shape != (len(sensitivities),):
            raise ValueError(f"{len(sensitivities)} sensitivities for codes of shape {code_shape}")
    if header["coded_bytes"] != len(coded):
        raise ValueError(f"{header['coded_bytes']} coded bytes instead of {len(coded)}")
    size = _whole(header["images"], 1, _LARGEST_SYMBOL), math.prod(code_shape), highest - lowest + 1
    check_size(*size)
    symbols = decode_symbols(coded, *size)
    symbols += np.int32(lowest)
    return CodeFile(decoder, weights, image_shape, symbols.reshape(-1, *code_shape), step, sensitivities)


def _is_name(decoder: str) -> bool:
    # It is shown on terminals, and looked up.
    return decoder.isprintable() and "/" not in decoder


def _whole(value: object, lowest: int, highest: int) -> int:
    if type(value) is not int or not lowest <= value <= highest:
        raise ValueError(f"{value!r} where a whole number from {lowest} to {highest} belongs")
    return value
