"""`tfgen evaluate`, as a user meets it."""

import json

import numpy as np
import pytest

from tfgen.data.writing import write_images
from tfgen.json_lines import read_rows
from tfgen.paths import tfgen_home


@pytest.fixture
def images(tmp_path):
    """Makes a folder of PNGs of noise."""

    def make(name, count=20, shape=(6, 5, 1), seed=0):
        floats = np.random.default_rng(seed).uniform(-1, 1, (count, *shape)).astype("float32")
        write_images([floats], count, tmp_path / name)
        return tmp_path / name

    return make


def test_a_checkpoint(tfgen_command, zoo, images):
    arguments = ("--against", images("real"), "--metrics", "fid,pr", "--samples", 15, "--extractor", "dots_classifier")
    code, out, _ = tfgen_command("evaluate", "gan_dots", *arguments)
    assert code == 0
    assert "FID[dots_classifier]" in out
    assert "precision[dots_classifier]" in out
    assert "15 of gan_dots, seed 0 against 20 of" in out
    assert "appended 3 result(s) with their whole protocol to results.jsonl" in out
    rows = read_rows("results.jsonl")
    assert [row["metric"] for row in rows] == ["fid", "pr", "pr"]
    # Again, and appended.
    assert tfgen_command("evaluate", "gan_dots", *arguments)[0] == 0
    again = read_rows("results.jsonl")
    assert [row["value"] for row in again] == 2 * [row["value"] for row in rows]


def test_two_folders_and_no_model(tfgen_command, zoo, images):
    code, out, _ = tfgen_command(
        "evaluate", images("generated", seed=1), "--against", images("real"), "--extractor", "dots_classifier"
    )
    assert code == 0
    assert "20 of" in out
    (row,) = read_rows("results.jsonl")
    assert "seed" not in row["subject"]
    assert row["value"] > 0


def test_constants_resizer_and_float(tfgen_command, zoo, images, tmp_path):
    code, _, _ = tfgen_command(
        *("evaluate", "gan_dots", "--against", images("real"), "--metrics", "kid", "--samples", 20, "--float"),
        *("--set", "kid.subset_size=5", "--resizer", "clean_bicubic", "--extractor", "dots_classifier", "--seed", 7),
        *("--output", tmp_path / "new" / "scores.jsonl"),
    )
    assert code == 0
    (row,) = read_rows(tmp_path / "new" / "scores.jsonl")
    assert row["settings"] == {"subset_size": 5}
    assert (row["extractor"]["resizer"], row["extractor"]["quantisation"]) == ("none", "float")
    assert row["subject"]["seed"] == 7


def test_rows_on_the_card(tfgen_command, zoo, images):
    code, out, _ = tfgen_command(
        *("evaluate", "gan_dots", "--against", images("real"), "--samples", 15, "--extractor", "dots_classifier"),
        "--card",
    )
    assert code == 0
    assert f"put them on the card in {zoo / 'gan_dots'}" in out
    (score,) = json.loads((zoo / "gan_dots" / "card.json").read_text())["scores"]
    assert score["name"] == "FID[dots_classifier]"
    _, out, _ = tfgen_command("zoo", "show", "gan_dots")
    assert "score.FID[dots_classifier]" in out


def test_a_run_has_no_card(tfgen_command, zoo, runs):
    code, out, err = tfgen_command("evaluate", runs["gan"], "--card")
    assert (code, out) == (1, "")
    assert err.endswith("has no card; leave out --card, or publish it first\n")


def test_pictures(tfgen_command, zoo, images):
    code, out, _ = tfgen_command(
        *("evaluate", "gan_dots", "--against", images("real"), "--metrics", "memorisation", "--samples", 15),
        *("--set", f"memorisation.training={images('training', seed=3)}", "--extractor", "dots_classifier"),
        *("--set", "memorisation.pairs=4", "--pictures", "pictures"),
    )
    assert code == 0
    assert "wrote pictures/nearest_training_images.png" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["gan_dotz"], "tfgen: there is no recipe or checkpoint 'gan_dotz'; did you mean gan_dots"),
        (["gan_dots", "--metrics", "fidd"], "tfgen: there is no metric 'fidd'; did you mean fid"),
        (
            ["gan_dots", "--extractor", "dots_classifiers"],
            "tfgen: there is no extractor 'dots_classifiers'; did you mean",
        ),
        (["gan_dots", "--reference-samples", "21"], "real has 20 images and 21 are asked for; ask for fewer"),
        (["gan_dots", "--samples", "1"], "tfgen: 1 image of gan_dots is asked for; scores of a distribution need 2"),
        (
            ["gan_dots", "--metrics", "kid", "--set", "kid.k=3"],
            "tfgen: metric kid has no constant 'k'; it has subset_size",
        ),
        (["gan_dots", "--resizer", "nearest"], "tfgen: there is no resizer 'nearest'; known are: clean_bicubic"),
        (["vae_dots", "--metrics", "reconstruction"], "tfgen: images are 6x5 pixels; structural similarity looks"),
        (["gan_dots", "--against", "nowhere"], "tfgen: there is no dataset 'nowhere'"),
    ],
)
def test_bad_input_gets_one_sentence_and_caches_nothing(tfgen_command, zoo, images, arguments, sentence):
    given = ["--against", images("real"), "--samples", 15, "--extractor", "dots_classifier"]
    code, out, err = tfgen_command("evaluate", arguments[0], *given, *arguments[1:])
    assert code == 1
    assert out == ""
    assert sentence in err.splitlines()[-1]
    assert "Traceback" not in err
    assert not list(tfgen_home().rglob("*.npz"))


def test_images_of_two_sizes(tfgen_command, zoo, images, tmp_path):
    mixed = images("mixed", count=3)
    images("others", count=3, shape=(8, 8, 1), seed=2)
    (tmp_path / "others" / "00000.png").rename(mixed / "large.png")
    code, _, err = tfgen_command("evaluate", mixed, "--against", images("real"), "--extractor", "dots_classifier")
    assert code == 1
    assert "large.png" in err.splitlines()[-1]
    assert not list(tfgen_home().rglob("*.npz"))


def test_floats_in_an_array(tfgen_command, zoo, images, tmp_path):
    np.savez(tmp_path / "floats.npz", np.zeros((5, 6, 5, 1), np.float32))
    code, _, err = tfgen_command(
        "evaluate", tmp_path / "floats.npz", "--against", images("real"), "--extractor", "dots_classifier"
    )
    assert code == 1
    assert "floats.npz holds float32 and images are uint8 (n, height, width, 1 or 3) there" in err


def test_a_damaged_cache_entry(tfgen_command, zoo, images):
    arguments = ("evaluate", "gan_dots", "--against", images("real"), "--samples", 5, "--extractor", "dots_classifier")
    assert tfgen_command(*arguments)[0] == 0
    (entry,) = tfgen_home().rglob("*.npz")
    entry.write_bytes(entry.read_bytes()[:200])
    code, out, err = tfgen_command(*arguments)
    assert (code, out) == (1, "")
    assert err.splitlines()[-1].endswith("are damaged; remove that file to have them made anew")
    assert len(read_rows("results.jsonl")) == 1


def test_help_ends_in_an_example_and_a_wrong_metric_is_answered_without_tensorflow(tfgen_command):
    code, out, _ = tfgen_command("evaluate", "--help")
    assert code == 0
    assert "tfgen evaluate dcgan_fashion_mnist --against fashion_mnist:test --metrics fid,kid,prd,prdc" in out
    code, out, _ = tfgen_command("list", "metrics")
    assert {line.split()[0] for line in out.splitlines() if line.strip()} >= {"fid", "kid", "is", "prd", "prdc", "swd"}
