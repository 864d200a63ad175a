import numpy as np
import pytest

from tfgen.data.pictures import from_uint8
from tfgen.errors import TfgenError
from tfgen.metrics import ms_ssim_diversity, sliced_wasserstein_distance


def test_ms_ssim_of_both_sides(score, make_source):
    found = score("ms_ssim", make_source(seed=1), pairs=20)
    for name, seed in (("MS-SSIM, 1 scales", 1), ("MS-SSIM of the reference, 1 scales", 0)):
        expected = ms_ssim_diversity(from_uint8(make_source(seed=seed).images.images), pairs=20)
        assert found[name].value == pytest.approx(expected.mean)
        assert found[name].standard_error == pytest.approx(expected.standard_error)
        assert found[name].extractor is None


def test_sliced_wasserstein(score, make_source):
    images = [from_uint8(make_source(seed=seed).images.images) for seed in (0, 1)]
    expected = sliced_wasserstein_distance(*images)
    found = score("swd", make_source(seed=1))
    assert found["SWD"].value == pytest.approx(expected.value)
    assert list(found) == ["SWD"]


def test_sliced_wasserstein_of_several_levels(score, make_source):
    images = np.random.default_rng(0).integers(0, 256, (2, 8, 32, 32, 1), np.uint8)
    found = score("swd", make_source(images=images[1]), make_source(images=images[0]), count=8)
    expected = sliced_wasserstein_distance(*from_uint8(images))
    assert {name: result.value for name, result in found.items()} == pytest.approx(
        {"SWD": expected.value, "SWD at 32 pixels": expected.levels[32], "SWD at 16 pixels": expected.levels[16]}
    )


def test_sliced_wasserstein_of_unequal_numbers(score, make_source):
    with pytest.raises(TfgenError, match="swd takes as many images of one side as of the other"):
        score("swd", make_source(count=30), count=30)
