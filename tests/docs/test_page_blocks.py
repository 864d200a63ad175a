"""How pages are taken apart: a test that would miss blocks or links would hold nothing."""

import pytest
from pages import anchors_of, blocks_of, commands_of, links_of, spans_of

PAGE = """# Title

<!-- not run: needs docker -->
```sh
docker run \\
  image
```
```python
a = 1
```

<!-- file: mine.toml -->
```toml
# [link](in/a/block.md)
```

```
output
```
"""


def test_blocks():
    first, second, third, fourth = blocks_of("docs/tutorials/page.md", PAGE)
    assert (first.language, first.line, first.not_run, first.runs) == ("sh", 5, True, False)
    assert commands_of(first) == ["docker run    image"]
    assert (second.text, second.runs, second.place) == ("a = 1\n", True, "docs/tutorials/page.md:9")
    assert (third.file, third.runs) == ("mine.toml", False)
    assert (fourth.language, fourth.runs) == ("", False)


def test_commands_run_where_they_are_taught_or_marked():
    text = "```sh\nls\n```\n<!-- run -->\n```sh\nls\n```\n"
    assert [block.runs for block in blocks_of("docs/families/page.md", text)] == [True, True]
    assert [block.runs for block in blocks_of("docs/page.md", text)] == [False, True]


def test_an_open_block_is_refused():
    with pytest.raises(ValueError, match="line 2 is not closed"):
        blocks_of("page.md", "```sh\nls\n")


def test_links():
    text = PAGE + "[one](a.md#b) `[no](c.md)` [![two](d.png)](e.md), ![three](f.png)"
    assert links_of(text) == ["a.md#b", "e.md", "d.png", "f.png"]


def test_anchors():
    text = "# One, `two`\n## [Three](x.md)\n## One two\n```sh\n# no heading\n```\n"
    assert anchors_of(text) == {"one-two", "three", "one-two-1"}


def test_spans():
    assert spans_of("a `b c\nd` e\n```sh\n`f`\n```\n`g`") == ["b c d", "g"]
