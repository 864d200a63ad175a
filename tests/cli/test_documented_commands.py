"""Each `tfgen` command that README and docs print is one that the command line takes."""

import itertools
import re
import shlex
from pathlib import Path

import pytest

from tfgen.cli.main import _parse
from tfgen.data import DATASETS

ROOT = Path(__file__).parents[2]


def documented():
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for block in re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                words = shlex.split(re.split(r"[|>]|&&", line)[0], comments=True)
                if words[:1] == ["tfgen"]:
                    yield pytest.param(words, id=f"{page.name}: {' '.join(words)}")


@pytest.mark.parametrize("words", list(documented()))
def test_it_is_taken(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for option, value in itertools.pairwise(words):
        # A reader's own pictures.
        if option in ("--images", "--normal", "--clean") and value not in DATASETS.names():
            Path(value).mkdir()
    assert callable(_parse(words).run)
