"""Each relative link and picture of the pages leads to a file, and each `#...` to a heading."""

import pytest
from pages import ROOT, anchors_of, links_of, pages, text_of


@pytest.mark.parametrize("page", pages())
def test_links_lead_somewhere(page):
    broken = []
    for link in links_of(text_of(page)):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (ROOT / page).parent / name if name else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors_of(target.read_text(encoding="utf-8"))):
            broken.append(link)
    assert not broken, f"{page} has links that lead nowhere: {', '.join(broken)}"


def test_no_picture_is_left_over():
    texts = [text_of(page) for page in pages()]
    pictures = [path.name for path in (ROOT / "docs" / "images").iterdir()]
    assert pictures
    assert [name for name in pictures if not any(name in text for text in texts)] == []
