"""What the pages say is done, block after block, as a reader would do it."""

import pytest
from pages import blocks_of, pages, text_of
from reading import Reader

from tfgen.data import load_images

SLOW = {
    "docs/metrics.md": "scores 10,000 samples by two metrics",
    "docs/uses.md": "projects 10,000 codes, compresses as many images at five rates, seeks latents",
}
"""Pages that take too long for every run of the tests, with what takes so long; `-m slow` runs them."""


def followed():
    runs = [page for page in pages() if any(block.runs for block in blocks_of(page, text_of(page)))]
    return [pytest.param(page, marks=[pytest.mark.slow] if page in SLOW else [], id=page) for page in runs]


@pytest.fixture
def reader(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    reader = Reader(tmp_path, monkeypatch)
    yield reader
    reader.stop()


@pytest.mark.parametrize("page", followed())
def test_a_reader_can_follow(page, reader):
    try:
        load_images("fashion_mnist", "test")
    except FileNotFoundError as error:
        pytest.skip(f"Fashion-MNIST is not here: {error}")
    for block in blocks_of(page, text_of(page)):
        reader.follow(block)


def test_slow_pages_are_pages():
    assert set(SLOW) <= set(pages())
