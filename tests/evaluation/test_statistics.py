"""The cache of reference statistics: right for its images and its extractor, whole or not at all."""

import numpy as np
import pytest

from tfgen.errors import TfgenError
from tfgen.evaluation import statistics
from tfgen.evaluation.statistics import reference_statistics
from tfgen.metrics.features.extractor import Extractor
from tfgen.paths import tfgen_home

MOMENTS = frozenset({"moments"})


def entries():
    return sorted((tfgen_home() / "statistics").rglob("*.npz"))


@pytest.fixture
def passes(monkeypatch):
    """The sources that were sent through a network, in order."""
    seen = []
    whole = statistics.collect

    def collect(source, *arguments, **keywords):
        seen.append(source.label)
        return whole(source, *arguments, **keywords)

    monkeypatch.setattr(statistics, "collect", collect)
    return seen


def test_the_second_time_comes_from_the_cache(source, extractor, passes):
    needs = frozenset({"moments", "features", "probabilities"})
    first = reference_statistics(source(), 40, needs, extractor)
    second = reference_statistics(source(), 40, needs, extractor)
    assert passes == ["noise 0"]
    assert {path.name for path in entries()} == {"moments.npz", "features.npz", "probabilities.npz"}
    for name in ("features", "probabilities"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    np.testing.assert_array_equal(first.moments.mean, second.moments.mean)
    np.testing.assert_array_equal(first.moments.covariance, second.moments.covariance)
    assert second.moments.count == 40


def test_a_pass_adds_what_earlier_ones_did_not_keep(source, extractor, passes):
    both = frozenset({"moments", "features"})
    reference_statistics(source(), 40, MOMENTS, extractor)
    reference_statistics(source(), 40, both, extractor)
    assert len(passes) == 2
    for needs in (MOMENTS, both, frozenset({"features"})):
        reference_statistics(source(), 40, needs, extractor)
    assert len(passes) == 2
    assert len({path.parent for path in entries()}) == 1


def test_other_pixels_counts_needs_and_extractors_are_other_entries(source, extractor, passes):
    other = Extractor("other", extractor.network, layer="dense", sha256="1" * 64)
    floats = Extractor("three_numbers", extractor.network, layer="dense", sha256="0" * 64, quantise=False)
    for arguments in (
        (source(), 40, MOMENTS, extractor),
        (source(seed=1), 40, MOMENTS, extractor),
        (source(), 39, MOMENTS, extractor),
        (source(), 40, frozenset({"features"}), extractor),
        (source(), 40, MOMENTS, other),
        (source(), 40, MOMENTS, floats),
    ):
        reference_statistics(*arguments)
    assert len(passes) == len(entries()) == 6


def test_the_images_themselves_are_not_cached(source, extractor):
    found = reference_statistics(source(), 40, frozenset({"images"}), extractor)
    assert found.images.shape == (40, 6, 5, 1)
    assert entries() == []
    both = reference_statistics(source(), 40, frozenset({"images", "moments"}), extractor)
    assert both.images.shape == (40, 6, 5, 1)
    assert both.moments.count == 40


@pytest.mark.parametrize("damage", ["cut", "flipped", "foreign"])
def test_a_damaged_entry_is_an_error_that_says_what_to_remove(source, extractor, damage):
    covariance = reference_statistics(source(), 40, MOMENTS, extractor).moments.covariance
    (path,) = entries()
    content = bytearray(path.read_bytes())
    if damage == "cut":
        del content[-100:]
    elif damage == "foreign":
        np.savez(path, count=40, mean=np.zeros(3), covariance=np.eye(3), banana=np.zeros(3))
        content = bytearray(path.read_bytes())
    else:
        content[content.index(covariance.tobytes())] ^= 1
    path.write_bytes(content)
    with pytest.raises(TfgenError, match="are damaged; remove that file to have them made anew") as caught:
        reference_statistics(source(), 40, MOMENTS, extractor)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == content
    path.unlink()
    assert reference_statistics(source(), 40, MOMENTS, extractor).count == 40


def test_a_failure_leaves_no_entry(source, extractor, monkeypatch):
    def fail(*arguments, **keywords):
        raise TfgenError("the network is gone")

    monkeypatch.setattr(statistics, "collect", fail)
    with pytest.raises(TfgenError, match="the network is gone"):
        reference_statistics(source(), 40, MOMENTS, extractor)
    assert entries() == []


def test_a_cut_write_leaves_no_entry(source, extractor, monkeypatch):
    def fail(file, **arrays):
        file.write(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="no space left"):
        reference_statistics(source(), 40, MOMENTS, extractor)
    assert entries() == []
    assert not list((tfgen_home() / "statistics").rglob(".partial*"))
