"""The server that docs/tutorials/export_and_serve.md tells its reader to save."""

import struct
import zlib

import numpy as np
import pytest
from pages import blocks_of, text_of

PAGE = "docs/tutorials/export_and_serve.md"


@pytest.fixture(scope="module")
def image_of():
    (block,) = [block for block in blocks_of(PAGE, text_of(PAGE)) if block.file == "serve.py"]
    namespace = {"__name__": "serve"}
    exec(compile(block.text, "serve.py", "exec"), namespace)
    return namespace["image_of"]


def png(width, height, data):
    """A PNG of grey pixels with these compressed data."""
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", data), (b"IEND", b""))
    packed = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def test_pixels_are_read(image_of):
    rows = zlib.compress(bytes([0, 0, 51, 0, 204, 255]))  # each row begins with its filter
    np.testing.assert_allclose(image_of(png(2, 2, rows), (2, 2, 1))[0, :, :, 0], [[-1, -0.6], [0.6, 1]], rtol=1e-6)


def test_the_size_is_checked_before_pixels_are_decoded(image_of):
    # Decoding would fail in another way: there are no pixels.
    with pytest.raises(ValueError, match="the image is 9000x9000; this model takes 28x28"):
        image_of(png(9000, 9000, b"nothing"), (28, 28, 1))
