import io
import pickle
import struct
import zipfile

import numpy as np
import pytest
from torchscript_archive import module, tensor, text, write, write_tensors

from tfgen.errors import TfgenError
from tfgen.metrics.features.torchscript import read_tensors

RNG = np.random.default_rng(0)
TENSORS = {
    "net.layers.conv.weight": RNG.normal(size=(4, 3, 2, 5)).astype("f4"),
    "net.layers.conv.beta": RNG.normal(size=4).astype("f4"),
    "net.layers.mixed.tower.conv_1.weight": RNG.normal(size=(2, 1)).astype("f4"),
    "net.scale": np.array(3.5, "f4"),
}


def refused(path, sentence):
    with pytest.raises(
        TfgenError, match=f"^this is no TorchScript archive of float32 tensors, or a damaged .*{sentence}"
    ):
        read_tensors(path)


def test_tensors_by_path(tmp_path):
    write_tensors(tmp_path / "net.pt", TENSORS)
    found = read_tensors(tmp_path / "net.pt")
    assert found.keys() == TENSORS.keys()
    for name, values in TENSORS.items():
        assert found[name].dtype == np.float32
        np.testing.assert_array_equal(found[name], values)


def test_open_file(tmp_path):
    write_tensors(tmp_path / "net.pt", TENSORS)
    assert read_tensors(io.BytesIO((tmp_path / "net.pt").read_bytes())).keys() == TENSORS.keys()


def test_tensors_that_share_a_storage(tmp_path):
    values = np.arange(10, dtype="f4")
    parts = {"a": tensor("0", (2, 3), count=10), "b": tensor("0", (4,), count=10, offset=6)}
    write(tmp_path / "net.pt", module(parts), {"0": values})
    found = read_tensors(tmp_path / "net.pt")
    np.testing.assert_array_equal(found["a"], values[:6].reshape(2, 3))
    np.testing.assert_array_equal(found["b"], values[6:])


def test_attributes_that_are_no_tensors_are_passed_over(tmp_path):
    padding = b"ctorch.jit._pickle\nbuild_intlist\n(]K\x01atR"
    write(
        tmp_path / "net.pt",
        module({"padding": padding, "stride": b"K\x02", "w": tensor("0", (1,))}),
        {"0": TENSORS["net.scale"]},
    )
    assert list(read_tensors(tmp_path / "net.pt")) == ["w"]


class Shell:
    def __reduce__(self):
        import os

        return os.system, ("touch executed",)


@pytest.mark.parametrize("protocol", range(6))
def test_a_pickle_that_calls_something_is_refused(tmp_path, monkeypatch, protocol):
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("net.pt", "w") as archive:
        archive.writestr("net/data.pkl", pickle.dumps(Shell(), protocol))
    refused("net.pt", r"it names (posix|nt)\.system, which is not read$")
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize(
    "called",
    [
        b"cbuiltins\neval\n",
        b"ccollections\nnamedtuple\n",
        b"cnumpy\nload\n",
        b"ctorch\nload\n",
        b"ctorch\nLongStorage\n",
        b"ctorch._utils\n_rebuild_tensor_v2.__globals__\n",
        # As protocol 4 writes it, with both names from the stack.
        text("os") + text("system") + b"\x93",
        # As protocol 0 writes an old class's instance.
        b"(ios\nsystem\n",
    ],
)
def test_names_that_are_not_known_are_refused(tmp_path, called):
    write(tmp_path / "net.pt", module({"a": called}), {})
    refused(tmp_path / "net.pt", "it names .*, which is not read$")


def test_a_class_of_the_archive_is_not_run(tmp_path):
    # Called like a function, and given a state that is no attributes.
    write(tmp_path / "net.pt", b"c__torch__.os\nsystem\n(" + text("touch executed") + b"tR", {})
    refused(tmp_path / "net.pt", "takes no arguments$")
    write(tmp_path / "net.pt", b"c__torch__.a\nB\n)\x81K\x01b", {})
    refused(tmp_path / "net.pt", "not iterable$")


def test_a_module_that_holds_itself_ends(tmp_path):
    write(tmp_path / "net.pt", b"c__torch__.a\nB\n)\x81q\x00}(" + text("self") + b"h\x00ub", {})
    refused(tmp_path / "net.pt", "recursion")


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (tensor("0", (5,)), "storage 0 has 4 numbers, not 5$"),
        (tensor("0", (5,), count=4), "is not contiguous in its storage$"),
        (tensor("0", (2,), count=4, offset=3), "is not contiguous in its storage$"),
        (tensor("0", (2,), count=4, offset=-1), "is not contiguous in its storage$"),
        (tensor("0", (2, 2), strides_=(1, 2)), "is not contiguous in its storage$"),
        (tensor("0", (-2, -2), strides_=(-2, 1)), "can only specify one unknown dimension$"),
        (tensor("1", (4,)), "no item named 'net/data/1'"),
        (tensor("../version", (4,)), "which is no storage of float32$"),
        (tensor("0", (4,), storage=b"ccollections\nOrderedDict\n"), "which is no storage of float32$"),
    ],
)
def test_tensors_that_do_not_fit_their_storage_are_refused(tmp_path, parts, sentence):
    write(tmp_path / "net.pt", module({"a": parts}), {"0": np.zeros(4, "f4")})
    refused(tmp_path / "net.pt", sentence)


def test_files_that_are_no_archive_are_refused(tmp_path):
    refused(tmp_path / "missing.pt", "No such file")
    (tmp_path / "text.pt").write_text("no zip")
    refused(tmp_path / "text.pt", "File is not a zip file$")
    with zipfile.ZipFile(tmp_path / "other.pt", "w") as archive:
        archive.writestr("a/b/data.pkl", "")
    refused(tmp_path / "other.pt", "")


def test_any_cut_or_flipped_byte_is_noticed(tmp_path):
    write_tensors(tmp_path / "net.pt", TENSORS)
    whole = (tmp_path / "net.pt").read_bytes()
    for length in range(0, len(whole), 97):
        refused(io.BytesIO(whole[:length]), "")
    start = whole.index(TENSORS["net.layers.conv.weight"].tobytes())
    damaged = bytearray(whole)
    damaged[start + 10] ^= 1
    refused(io.BytesIO(damaged), "Bad CRC-32")


def test_pickles_of_random_bytes_are_refused(tmp_path):
    for seed in range(300):
        noise = np.random.default_rng(seed).integers(0, 256, 30, np.uint8).tobytes()
        write(tmp_path / "net.pt", noise, {})
        refused(tmp_path / "net.pt", "")


def test_large_counts_are_not_allocated(tmp_path):
    parts = (
        b"("
        + text("storage")
        + b"ctorch\nFloatStorage\n"
        + text("0")
        + text("cpu")
        + b"\x8a\x08"
        + struct.pack("<q", 1 << 60)
    )
    write(tmp_path / "net.pt", module({"a": parts + b"tQ"}), {"0": np.zeros(4, "f4")})
    refused(tmp_path / "net.pt", "storage 0 has 4 numbers")
