"""Each `tfgen` command that README and docs print is one that the command line takes."""

import itertools
import re
import shlex
import sys
from pathlib import Path

import pytest

from tfgen.cli.main import _parse
from tfgen.data import DATASETS
from tfgen.recipes import find_recipe, list_recipes
from tfgen.recipes.build import build_model, compile_model

sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))
from pages import TAUGHT, blocks_of, commands_of, pages, spans_of, text_of


def printed():
    """The lines of commands of each page; what is to be tried, in the text of taught pages, too."""
    for page in pages():
        for block in blocks_of(page, text_of(page)):
            for line in commands_of(block) if block.language == "sh" else ():
                yield page, re.sub(r"\s#\s.*", "", line)
        for span in spans_of(text_of(page)) if page.startswith(TAUGHT) else ():
            # A command's name alone is no command to try.
            if span.count(" ") > 2:
                yield page, span


def documented():
    for page, line in printed():
        for part in re.split(r" *(?:&&|[|>]| &$) *", line):
            # Variables of the environment may stand before.
            words = list(itertools.dropwhile(lambda word: "=" in word, shlex.split(part)))
            if words and Path(words[0]).name == "tfgen":
                yield pytest.param(["tfgen", *words[1:]], id=f"{page}: {' '.join(words)}")


COMMANDS = list(documented())
# Those whose method is the reader's own are run, by tests/docs.
TRAININGS = [
    each
    for each in COMMANDS
    if each.values[0][1] == "train" and each.values[0][2] in list_recipes() and "my_gan" not in each.id
]


@pytest.mark.parametrize("words", COMMANDS)
def test_it_is_taken(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for option, value in itertools.pairwise(words):
        # A reader's own pictures.
        if option in ("--images", "--normal", "--clean") and value not in DATASETS.names():
            Path(value).mkdir(parents=True, exist_ok=True)
    assert callable(_parse(words).run)


@pytest.mark.parametrize("words", TRAININGS)
def test_what_it_trains_can_be_made(words):
    arguments = _parse(words)
    recipe = find_recipe(arguments.recipe).overridden(arguments.set)
    compile_model(recipe, build_model(recipe))


def test_commands_in_the_text_are_found():
    families = [each.id for each in COMMANDS if "families" in each.id]
    assert any("model.name=minimax_gan" in each for each in families)
