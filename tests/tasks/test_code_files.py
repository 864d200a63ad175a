import base64
import hashlib
import json
import struct

import numpy as np
import pytest

from tfgen.errors import TfgenError
from tfgen.tasks.code_files import CodeFile, pack, unpack
from tfgen.tasks.entropy_coding import encode_symbols

# A file as the first version wrote it, with constriction 0.5.0. It has to be read for ever.
WRITTEN = base64.b64decode(
    "VEZHQwH0AAAAeyJ0ZmdlbiI6IjAuMS4wIiwiZGVjb2RlciI6InZhZV9kb3RzIiwid2VpZ2h0cyI6ImFiYWJhYmFiYWJhYmFiYWJh"
    "YmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWIiLCJpbWFnZV9zaGFwZSI6WzYsNSwxXSwiaW1h"
    "Z2VzIjoyMCwiY29kZV9zaGFwZSI6WzNdLCJsb3dlc3QiOi01LCJoaWdoZXN0IjoxMSwiY29kZWRfYnl0ZXMiOjMyLCJzdGVwIjoy"
    "LjUsInNlbnNpdGl2aXRpZXMiOlszLDAsLTddfdyCIQGXFBU1v5IhWyKHwMNdrwByk8yfX7GTW5YAAAAAMQWI8qNfnXIFot5rSu/s"
    "V3p7umuGfmE0zImeKCpVepo="
)
WRITTEN_SYMBOLS = np.arange(60, dtype=np.int32).reshape(20, 3) ** 2 % 17 - 5


def real_codes(n=6):
    symbols = np.random.default_rng(0).integers(-40, 30, (n, 3), np.int32)
    return CodeFile("vae_dots", "ab" * 32, (6, 5, 1), symbols, 2.5, (3, 0, -7))


def whole_numbers():
    symbols = np.random.default_rng(0).integers(0, 16, (5, 2, 3), np.int32)
    return CodeFile("vq_vae_dots", "01" * 32, (8, 8, 3), symbols)


def fields(file):
    return {name: value for name, value in vars(file).items() if name != "symbols"}


@pytest.mark.parametrize("made", [real_codes(), real_codes(1), whole_numbers()], ids=["real", "one", "whole"])
def test_round_trip(made):
    found = unpack(pack(made))
    np.testing.assert_array_equal(found.symbols, made.symbols, strict=True)
    assert fields(found) == fields(made)


def test_a_file_of_the_first_version_is_read_and_its_codes_are_written_alike():
    found = unpack(WRITTEN)
    np.testing.assert_array_equal(found.symbols, WRITTEN_SYMBOLS)
    assert fields(found) == fields(real_codes())
    _, coded = opened(WRITTEN)
    assert encode_symbols(WRITTEN_SYMBOLS + 5, 17) == coded


def test_extreme_symbols():
    for low in (-(2**31) + 1, 2**31 - 9):
        symbols = np.array([[low, low + 8]], np.int32)
        found = unpack(pack(CodeFile("a_b", "00" * 32, (2, 2, 1), symbols, 1.0, (0, 0))))
        np.testing.assert_array_equal(found.symbols, symbols, strict=True)


def test_layout_is_as_documented():
    data = pack(real_codes())
    magic, version, length = struct.unpack_from("<4sBI", data)
    assert (magic, version) == (b"TFGC", 1)
    header = json.loads(data[9 : 9 + length])
    assert header["coded_bytes"] == len(data) - 9 - length - 32
    assert data[-32:] == hashlib.sha256(data[:-32]).digest()
    expected = {"decoder": "vae_dots", "weights": "ab" * 32, "image_shape": [6, 5, 1], "images": 6, "step": 2.5}
    assert expected.items() <= header.items()


@pytest.mark.parametrize("flip", [0x01, 0x20, 0xFF], ids=hex)
def test_a_changed_byte_is_always_told(flip):
    data = pack(real_codes())
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= flip
        with pytest.raises(TfgenError, match=r"photos\.tfgc is "):
            unpack(bytes(damaged), "photos.tfgc")


def test_what_is_cut_short_or_too_long_is_always_told():
    data = pack(whole_numbers())
    for length in range(len(data)):
        with pytest.raises(TfgenError, match=r"damaged or cut short|no file that"):
            unpack(data[:length])
    with pytest.raises(TfgenError, match="damaged"):
        unpack(data + b"\0")


def sealed(header, coded, version=1, length=None):
    """A file with its hash, whatever it says."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    data = struct.pack("<4sBI", b"TFGC", version, len(text) if length is None else length) + text + coded
    return data + hashlib.sha256(data).digest()


def opened(data):
    length = struct.unpack_from("<4sBI", data)[2]
    return json.loads(data[9 : 9 + length]), data[9 + length : -32]


@pytest.mark.parametrize(
    "changes",
    [
        {"images": 10**12},
        # Small enough for the header, and more symbols than memory should be asked for.
        {"images": 2**23, "code_shape": [9], "sensitivities": [0] * 9},
        {"images": 0},
        {"images": 6.0},
        {"images": True},
        {"image_shape": [6, 5]},
        {"image_shape": [6, 5, -1]},
        {"image_shape": 30},
        {"code_shape": [2**20, 2**20, 2**20]},
        {"code_shape": []},
        {"code_shape": [4]},
        {"lowest": -(2**31), "highest": 2**31},
        {"lowest": -(2**30), "highest": 2**30},
        {"lowest": 5, "highest": 4},
        {"coded_bytes": 10**15},
        {"step": -1.0},
        {"step": "2"},
        {"step": 1e300},
        {"step": float("nan")},
        {"step": None},
        {"sensitivities": [3, 0]},
        {"sensitivities": [3, 0, 10**9]},
        {"sensitivities": None},
        {"decoder": "../../somewhere"},
        {"decoder": "\x1b[2J"},
        {"decoder": 7},
        {"weights": "ab"},
        {"weights": None},
    ],
    ids=lambda changes: (
        "-".join(f"{key}_{value}" for key, value in changes.items()).encode("ascii", "replace").decode()
    ),
)
def test_hostile_headers_are_refused(changes):
    header, coded = opened(pack(real_codes()))
    with pytest.raises(TfgenError, match="evil cannot be used") as error:
        unpack(sealed({**header, **changes}, coded), "evil")
    assert "\x1b" not in str(error.value)


@pytest.mark.parametrize(
    "header",
    [b"", b"{", b"[]", b"7", b"\xff\xfe", b"{}", b"[" * 100_000, b"1" * 5000],
    ids=lambda header: str(header[:4]),
)
def test_headers_that_are_none_are_refused(header):
    with pytest.raises(TfgenError, match="evil cannot be used"):
        unpack(sealed(header, b""), "evil")


@pytest.mark.parametrize("key", ["decoder", "weights", "image_shape", "images", "code_shape", "lowest", "coded_bytes"])
def test_every_entry_of_the_header_is_needed(key):
    header, coded = opened(pack(real_codes()))
    del header[key]
    with pytest.raises(TfgenError, match=f"cannot be used: KeyError '{key}'"):
        unpack(sealed(header, coded))


def test_header_longer_than_the_file_is_refused():
    with pytest.raises(TfgenError, match="4,000,000,000 bytes"):
        unpack(sealed({}, b"", length=4_000_000_000))


def test_other_versions_are_named():
    with pytest.raises(TfgenError, match=r"version 2 .* reads version 1"):
        unpack(sealed({}, b"", version=2))


def test_other_codes_than_the_header_says_are_told_or_are_codes():
    header, _ = opened(pack(real_codes()))
    random = np.random.default_rng(0)
    for _ in range(40):
        noise = random.bytes(4 * random.integers(0, 12))
        try:
            found = unpack(sealed({**header, "coded_bytes": len(noise)}, noise))
        except TfgenError:
            continue
        assert found.symbols.shape == (6, 3)


def test_too_many_values_are_told():
    symbols = np.array([[0, 2**20]], np.int32)
    with pytest.raises(ValueError, match="1,048,577 are too many"):
        pack(CodeFile("a_b", "00" * 32, (2, 2, 1), symbols, 1.0, (0, 0)))


@pytest.mark.parametrize("name", ["runs/mine", "\x1b[2J", "two\nlines"])
def test_names_that_no_reader_would_take(name):
    with pytest.raises(ValueError, match="cannot name a decoder"):
        pack(CodeFile(name, "00" * 32, (2, 2, 1), np.zeros((1, 2), np.int32)))
