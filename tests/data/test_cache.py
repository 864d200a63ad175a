import numpy as np
import pytest

from tfgen.data import cache
from tfgen.data.cache import cached_arrays
from tfgen.paths import tfgen_home

IMAGES = np.random.default_rng(0).integers(0, 256, (700, 3, 2, 1), np.uint8)
LABELS = np.arange(700)


class Producer:
    """Gives the arrays in pieces and counts how often it was asked."""

    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1
        for start in range(0, 700, 300):
            yield {"images": IMAGES[start : start + 300], "labels": LABELS[start : start + 300]}


def check(arrays):
    np.testing.assert_array_equal(arrays["images"], IMAGES)
    np.testing.assert_array_equal(arrays["labels"], LABELS)


def test_made_once_and_mapped_afterwards():
    produce = Producer()
    check(cached_arrays(("key", 1), produce))
    again = cached_arrays(("key", 1), produce)
    check(again)
    assert produce.calls == 1
    assert isinstance(again["images"], np.memmap)
    assert not again["images"].flags.writeable


def test_another_key_is_another_entry():
    produce = Producer()
    cached_arrays(("key", 1), produce)
    cached_arrays(("key", 2), produce)
    assert produce.calls == 2


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: b"x" + data[1:], lambda data: b""])
def test_a_damaged_entry_is_made_anew(damage):
    produce = Producer()
    cached_arrays(("key",), produce)
    (path,) = tfgen_home().rglob("images.npy")
    path.write_bytes(damage(path.read_bytes()))
    check(cached_arrays(("key",), produce))
    check(cached_arrays(("key",), produce))
    assert produce.calls == 2


def test_a_cache_that_cannot_be_made_leaves_the_arrays_in_memory(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("TFGEN_HOME", str(tmp_path / "file"))
    check(cached_arrays(("key",), Producer()))


def test_a_full_disk_leaves_the_arrays_in_memory_and_nothing_behind(monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache, "_write_header", full)
    check(cached_arrays(("key",), Producer()))
    assert [path.suffix for path in (tfgen_home() / "data").iterdir()] in ([], [".lock"])


def test_a_producer_that_fails_leaves_nothing_behind():
    def produce():
        yield {"images": IMAGES}
        raise ValueError("a bad file")

    with pytest.raises(ValueError, match="a bad file"):
        cached_arrays(("key",), produce)
    assert not list(tfgen_home().rglob("*.npy"))
    check(cached_arrays(("key",), Producer()))
