import json
import shutil
import subprocess
import sys

import pytest
from tiny_zoo import change_card

from tfgen.errors import CheckpointError
from tfgen.recipes import RecipeError
from tfgen.zoo import card, list_models, load
from tfgen.zoo.entries import find

ALL = ["autoencoder_dots", "dots_classifier", "gan_dots", "gan_untrained", "vae_dots"]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*", ALL),
        ("*_dots", ["autoencoder_dots", "gan_dots", "vae_dots"]),
        ("gan_*", ["gan_dots", "gan_untrained"]),
        ("[av]*", ["autoencoder_dots", "vae_dots"]),
        ("vae_dots", ["vae_dots"]),
        ("GAN*", []),
    ],
)
def test_patterns(zoo, pattern, names):
    assert list_models(pattern) == names


def test_all_are_listed_by_default_with_weights_or_without(zoo):
    assert list_models() == ALL
    assert [find(name).card is not None for name in ALL] == [True, True, True, False, True]


def test_folders_without_a_recipe_are_not_listed(zoo):
    (zoo / ".partial-gan_dots-x").mkdir()
    (zoo / "notes.md").write_text("a file")
    assert list_models() == ALL


@pytest.mark.parametrize("use", [card, load, find])
def test_wrong_name_lists_the_near_names(zoo, use):
    with pytest.raises(RecipeError, match=r"^there is no recipe or checkpoint 'gan_dot'; did you mean gan_dots\b.*\?$"):
        use("gan_dot")


def test_a_run_has_no_card_before_it_is_published(runs):
    with pytest.raises(
        CheckpointError, match=r"gan has no card; `tfgen zoo publish .*gan NAME --data-license LICENCE` "
    ):
        card(str(runs["gan"]))


@pytest.mark.parametrize("use", [card, load])
def test_without_weights_the_error_names_the_command_that_trains_them(zoo, use):
    with pytest.raises(CheckpointError, match=r"gan_untrained has no published weights.*`tfgen train gan_untrained`"):
        use("gan_untrained")


def test_entry_of_a_path(zoo):
    entry = find(str(zoo / "vae_dots"))
    assert entry.folder == zoo / "vae_dots"
    assert entry.recipe == find("vae_dots").recipe
    assert entry.card == find("vae_dots").card


def test_card_is_the_file(zoo):
    assert card("gan_dots") == json.loads((zoo / "gan_dots" / "card.json").read_text())


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe"], ids=["cut short", "empty", "not text"])
def test_damaged_card(zoo, content):
    (zoo / "gan_dots" / "card.json").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"gan_dots/card\.json is not a card: "):
        find("gan_dots")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "../../a_b"),
        ("name", 3),
        ("sha256", "../" * 21 + "a"),
        ("bytes", "many"),
        ("weights", 1),
        ("urls", [3]),
        ("urls", None),
        ("urls", "https://example.org/w.h5"),
    ],
)
def test_card_whose_weights_are_not_what_they_look_like(zoo, key, value):
    def change(card):
        (card if key in ("name", "weights") else card["weights"])[key] = value

    change_card(zoo / "gan_dots", change)
    with pytest.raises(CheckpointError, match=r"gan_dots/card\.json is not a card: "):
        find("gan_dots")


def test_a_bare_name_is_never_a_folder_beside(zoo, runs, tmp_path, monkeypatch):
    shutil.copytree(runs["vae"], tmp_path / "gan_dots")
    monkeypatch.chdir(tmp_path)
    assert find("gan_dots").folder == zoo / "gan_dots"
    assert find("./gan_dots").recipe != find("gan_dots").recipe


def test_names_and_cards_load_neither_keras_nor_tensorflow():
    code = (
        "import sys, tfgen\n"
        "names = tfgen.zoo.list_models()\n"
        "from tfgen.zoo.entries import find\n"
        "assert names and all(find(name).recipe.description for name in names)\n"
        "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
