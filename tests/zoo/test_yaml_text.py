import pytest

from tfgen.zoo.yaml_text import yaml_text

WORDS = [
    "plain", "two words", "a/b-c.d_e", "no", "True", "null", "~", "", " ", "1.0", "1e3", "2026-11-22", "0x1f", "- x",
    "a: b", "a #b", "#b", "it's", 'say "x"', "FID[x]", "{x}", "&a", "*a", "!t", "%d", "@x", "`x`", "back\\slash",
    "ünïcode", "图", "😀", "line\nbreak", "tab\there", "\x7f\x00", "trailing ", "---", "...", "a,b", "?", "x:", "On",
]  # fmt: skip


def test_the_layout():
    value = {
        "license": "mit",
        "tags": ["gan", "1.0"],
        "index": [{"name": "a", "results": [{"task": {"type": "b c"}, "metrics": [{"value": 0.5}, {"value": 2}]}]}],
    }
    assert yaml_text(value) == (
        "license: mit\n"
        "tags:\n"
        "- gan\n"
        '- "1.0"\n'
        "index:\n"
        "- name: a\n"
        "  results:\n"
        "  - task:\n"
        "      type: b c\n"
        "    metrics:\n"
        "    - value: 0.5\n"
        "    - value: 2\n"
    )


@pytest.mark.parametrize("word", WORDS, ids=ascii)
def test_words_are_read_as_they_were(word):
    yaml = pytest.importorskip("yaml")
    expected = "".join(character if character.isprintable() else " " for character in word)
    assert yaml.safe_load(yaml_text({"key": word, "list": [word, {"in": word}]})) == {
        "key": expected,
        "list": [expected, {"in": expected}],
    }


@pytest.mark.parametrize("number", [0, -3, 10**20, 0.5, -1e-05, 1e22, 1.5e-300, 86.6683, 100.0])
def test_numbers_are_read_as_they_were(number):
    yaml = pytest.importorskip("yaml")
    found = yaml.safe_load(yaml_text({"value": number}))["value"]
    assert (type(found), found) == (type(number), number)
