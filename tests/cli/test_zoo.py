import json
import re
from pathlib import Path

import pytest
from tiny_zoo import SCORE, change_card

from tfgen.errors import CheckpointError
from tfgen.training.retracing import ElsewhereError


def test_show(tfgen_command, zoo):
    code, out, err = tfgen_command("zoo", "show", "gan_dots")
    assert (code, err) == (0, "")
    card = json.loads((zoo / "gan_dots" / "card.json").read_text())
    for shown in (card["weights"]["sha256"], "CC0-1.0", "made up for tests", "2.21.0", "none measured yet"):
        # A row a line, whole: the output is no terminal.
        assert any(line.endswith(f" {shown}") for line in out.splitlines())


def test_show_names_the_classes(tfgen_command, zoo):
    change_card(zoo / "gan_dots", lambda card: card["data"].update(classes=["round", "with [corners]"]))
    rows = [line.split(maxsplit=1) for line in tfgen_command("zoo", "show", "gan_dots")[1].splitlines()]
    assert ["data.classes", "0 round, 1 with [corners]"] in rows


def test_compare_ranks_and_writes_a_table(tfgen_command, zoo, tmp_path):
    for name, value in (("gan_dots", 5.0), ("vae_dots", 4.0)):
        change_card(zoo / name, lambda card, value=value: card.update(scores=[SCORE | {"value": value}]))
    code, out, err = tfgen_command("zoo", "compare", "gan_dots", "vae_dots", "--metrics", "fid")
    assert (code, err) == (0, "")
    assert [line.split() for line in out.splitlines()[1:]] == [["vae_dots", "4"], ["gan_dots", "5"]]
    assert out.splitlines()[0] == "FID ↓: 100 of each against 200 of dots:test; inception_2015, tf1_bilinear, float"
    table = tmp_path / "table.md"
    code, out, _ = tfgen_command("zoo", "compare", "gan_dots", "vae_dots", "--output", table)
    assert (code, out) == (0, f"wrote {table}\n")
    assert "| `gan_dots` | 3 | 5 |" in table.read_text()
    assert tfgen_command("zoo", "compare", "gan_dots", "dots_classifier")[1].endswith(
        "without such a score: dots_classifier\n"
    )
    code, _, err = tfgen_command("zoo", "compare", "gan_dots", "--metrics", "fid,kdi")
    assert (code, err.split("; ")[0]) == (1, "tfgen: there is no metric 'kdi'")
    code, _, err = tfgen_command("zoo", "compare", "gan_dots", "--metrics", "kid")
    assert code == 1
    assert err.startswith("tfgen: the cards of gan_dots have no score of kid")


def test_verify_names(tfgen_command, zoo):
    code, out, err = tfgen_command("zoo", "verify", "gan_dots", "vae_dots")
    assert (code, err) == (0, "")
    assert [line.partition(" (sha256 ")[0] for line in out.splitlines()] == [
        "gan_dots: weights are sound",
        "vae_dots: weights are sound",
    ]


def test_verify_all_passes_over_what_has_no_weights(tfgen_command, zoo):
    code, out, _ = tfgen_command("zoo", "verify", "--all")
    assert code == 0
    assert [line.partition(":")[0] for line in out.splitlines()] == [
        "autoencoder_dots",
        "dots_classifier",
        "gan_dots",
        "vae_dots",
    ]


def test_verify_goes_on_after_a_failure_and_fails_at_the_end(tfgen_command, zoo):
    change_card(zoo / "gan_dots", lambda card: card["weights"].update(sha256="0" * 64))
    code, out, err = tfgen_command("zoo", "verify", "--all")
    assert code == 1
    lines = out.splitlines()
    assert len(lines) == 4
    assert lines[2].startswith("gan_dots: NOT SOUND: ")
    assert "its sha256 differs" in lines[2]
    assert err == "tfgen: 1 of 4 checkpoints are not sound: gan_dots\n"


def test_verify_goes_on_after_a_card_that_cannot_be_read(tfgen_command, zoo):
    (zoo / "autoencoder_dots" / "card.json").write_text("{")
    code, out, err = tfgen_command("zoo", "verify", "--all")
    assert code == 1
    lines = out.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith(f"autoencoder_dots: NOT SOUND: {zoo}/autoencoder_dots/card.json is not a card: ")
    assert err == "tfgen: 1 of 4 checkpoints are not sound: autoencoder_dots\n"


@pytest.mark.parametrize("arguments", [(), ("gan_dots", "--all")])
def test_verify_nothing_or_twice(tfgen_command, zoo, arguments):
    code, out, err = tfgen_command("zoo", "verify", *arguments)
    assert (code, out) == (2, "")
    assert err.endswith("error: say which checkpoints to verify, or --all\n")


def test_publish(tfgen_command, zoo, runs):
    arguments = ("--data-license", "MIT", "--weights-license", "CC0-1.0", "--url", "hf://a/b/c", "--url", "https://d/e")
    code, out, err = tfgen_command("zoo", "publish", runs["gan"], "gan_new", *arguments)
    assert code == 0, err
    assert out == f"published {zoo}/gan_new: look at its samples.png before you ship it\n"
    card = json.loads((zoo / "gan_new" / "card.json").read_text())
    assert (card["data"]["license"], card["weights"]["license"]) == ("MIT", "CC0-1.0")
    assert card["weights"]["urls"] == ["hf://a/b/c", "https://d/e"]


def test_publish_of_what_is_no_run(tfgen_command, zoo, tmp_path):
    code, out, err = tfgen_command("zoo", "publish", tmp_path, "gan_new", "--data-license", "MIT")
    assert (code, out) == (1, "")
    assert err == f"tfgen: {tmp_path} is no finished run; `tfgen train` with the same output finishes it\n"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), {"best": False, "network": None, "show_data": True, "notes": (), "zoo": None}),
        (("--best",), {"best": True}),
        (("--network", "generator"), {"network": "generator"}),
        (("--hide-data",), {"show_data": False}),
        (("--note", "One.", "--note", "Two."), {"notes": ("One.", "Two.")}),
        (("--zoo", "elsewhere"), {"zoo": Path("elsewhere")}),
    ],
)
def test_options_of_publish(tfgen_command, tmp_path, monkeypatch, options, expected):
    told = {}
    monkeypatch.setattr("tfgen.zoo.publish", lambda *run_and_name, **options: told.update(options) or tmp_path)
    assert tfgen_command("zoo", "publish", tmp_path, "gan_new", "--data-license", "MIT", *options)[0] == 0
    assert told | expected == told


@pytest.fixture
def retraced(monkeypatch):
    """What retracing answers, by name; and of which names and data folders it was asked."""
    asked, answers = [], {}

    def retrace(name, data_dir):
        asked.append((name, data_dir))
        if isinstance(answer := answers.get(name, 200), Exception):
            raise answer
        return answer

    monkeypatch.setattr("tfgen.training.retracing.retrace", retrace)
    return asked, answers


def test_verify_retraces_where_it_is_asked_to(tfgen_command, zoo, retraced):
    asked, _ = retraced
    assert "trains as recorded" not in tfgen_command("zoo", "verify", "gan_dots")[1]
    assert asked == []
    code, out, _ = tfgen_command("zoo", "verify", "gan_dots", "--retrace", "--data-dir", "pictures")
    assert (code, asked) == (0, [("gan_dots", Path("pictures"))])
    assert out.splitlines()[1] == "gan_dots: trains as recorded (the losses of 200 steps, bit for bit)"


def test_verify_tells_another_training_from_another_machine(tfgen_command, zoo, retraced):
    _, answers = retraced
    answers |= {"gan_dots": ElsewhereError("at step 1 it is 2 there"), "vae_dots": CheckpointError("at step 1 it is 3")}
    code, out, err = tfgen_command("zoo", "verify", "gan_dots", "vae_dots", "--retrace")
    lines = out.splitlines()
    assert lines[1] == "gan_dots: not retraced: at step 1 it is 2 there"
    assert lines[2].startswith("vae_dots: weights are sound (")
    assert lines[3] == "vae_dots: NOT SOUND: at step 1 it is 3"
    assert (code, err) == (1, "tfgen: 1 of 2 checkpoints are not sound: vae_dots\n")


def test_the_command_on_a_vae_s_page_draws_its_traversals_again(tfgen_command, zoo, tmp_path):
    (command,) = re.findall("`tfgen (latent traverse [^`]+)`", (zoo / "vae_dots" / "README.md").read_text())
    assert tfgen_command(*command.split(), "--output", tmp_path / "again.png")[0] == 0
    assert (tmp_path / "again.png").read_bytes() == (zoo / "vae_dots" / "traversals.png").read_bytes()
