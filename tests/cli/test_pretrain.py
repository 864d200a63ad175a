import json
import shutil

import numpy as np
import pytest
from PIL import Image

from tfgen.tasks import pretraining

SMALL = ("--labels", "2", "--seeds", 1, "--steps", 2, "--validation", 2)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A folder with splits and classes, of the size that the zoo's models take."""
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(0)
    for split, count in (("train", 6), ("test", 3)):
        for name in ("bright", "dark"):
            (folder / split / name).mkdir(parents=True)
            for index in range(count):
                pixels = random.integers(0, 128, (6, 5), dtype=np.uint8) + np.uint8(127 * (name == "bright"))
                Image.fromarray(pixels).save(folder / split / name / f"{index}.png")
    return folder


@pytest.fixture
def one_rate(monkeypatch):
    """Each contender has one learning rate, which takes a fifth of the time."""
    first = {name: each._replace(learning_rates=(0.01,)) for name, each in pretraining.CONTENDERS.items()}
    monkeypatch.setattr(pretraining, "CONTENDERS", first)


def rows(folder):
    return [json.loads(line) for line in (folder / "rows.jsonl").read_text().splitlines()]


def test_a_measurement_and_its_continuation(tfgen_command, zoo, pictures, one_rate, tmp_path):
    command = ("pretrain", "vae_dots", "--images", pictures, *SMALL, "--output", tmp_path / "found")
    code, out, err = tfgen_command(*command)
    assert code == 0, err
    measured = rows(tmp_path / "found")
    assert [row["contender"] for row in measured] == ["scratch", "frozen", "fine_tuned"]
    card = json.loads((zoo / "vae_dots" / "card.json").read_text())
    for row in measured:
        assert row["weights_sha256"] == card["weights"]["sha256"]
        assert (row["model"], row["layer"], row["labels_per_class"], row["steps"]) == ("vae_dots", "activation_1", 2, 2)
        assert row["accuracy"] * 6 == pytest.approx(round(row["accuracy"] * 6), abs=1e-5)
    told, printed = out.splitlines()[:3], [line.split() for line in out.splitlines()[3:]]
    assert told == [
        f"2 labels of each class, seed 0, {row['contender'].replace('_', ' ')}: {row['accuracy']:.1%}"
        for row in measured
    ]
    assert printed[0] == ["labels", "of", "each", "class", "scratch", "frozen", "fine", "tuned"]
    assert printed[1] == ["2", *(f"{100 * row['accuracy']:.1f}" for row in measured)]
    picture = (tmp_path / "found" / "curve.png").read_bytes()
    # Two of four are measured, and one that was cut short.
    (tmp_path / "found" / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in measured[:2]) + '{"mod')
    code, out, _ = tfgen_command(*command)
    assert code == 0
    assert out.splitlines()[0] == told[2]
    assert [line.split() for line in out.splitlines()[1:3]] == printed[:2]
    assert (tmp_path / "found" / "curve.png").read_bytes() == picture
    code, out, err = tfgen_command(*command, "--layer", "codes")
    assert (code, out) == (1, "")
    assert err == (
        f"tfgen: {tmp_path}/found holds a measurement whose layer is activation_1, and here it is codes; choose "
        "another output folder\n"
    )
    # A folder of the same name, with as many images, of which one is another.
    other = shutil.copytree(pictures, tmp_path / "other" / pictures.name)
    shutil.copy(other / "test" / "dark" / "0.png", other / "test" / "bright" / "0.png")
    code, out, err = tfgen_command(*(other if part == pictures else part for part in command))
    assert (code, out) == (1, "")
    assert "holds a measurement whose images_sha256 is" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gan_dots",), "gan_dots is a gan; autoencoders and VAEs can do this"),
        (("dots_classifier",), "dots_classifier is a classifier; autoencoders and VAEs can do this"),
        (("vae_dotz",), "vae_dotz"),
        (("vae_dots", "--images", "plain"), "plain, 2 images have no labels; give a data set with classes, or folders"),
        (("vae_dots", "--images", "train_only"), "train_only has no split 'test'; it has: train"),
        (("vae_dots", "--labels", "5"), "has 6 images, and 7 are needed for training and validation; ask for fewer"),
        (
            ("vae_dots", "--layer", "conv"),
            "the encoder has no layer 'conv'; it has flatten, dense_1, activation_1, codes",
        ),
    ],
    ids=["gan", "classifier", "name", "unlabelled", "no_test", "too_many", "layer"],
)
def test_what_cannot_be_measured(tfgen_command, zoo, pictures, tmp_path, monkeypatch, arguments, said):
    monkeypatch.setattr("keras.Model.fit", lambda *_, **__: pytest.fail("trained first"))
    cwd = tmp_path / "cwd"
    for split in ("train", "test"):
        (cwd / "plain" / split).mkdir(parents=True)
        Image.new("L", (5, 6)).save(cwd / "plain" / split / "a.png")
    for name in ("a", "b"):
        (cwd / "train_only" / name).mkdir(parents=True)
        Image.new("L", (5, 6)).save(cwd / "train_only" / name / "a.png")
    images = () if "--images" in arguments else ("--images", pictures)
    code, out, err = tfgen_command("pretrain", *arguments[:1], *images, *SMALL, *arguments[1:], "--output", "found")
    assert (code, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1
    assert not (cwd / "found").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--labels", "0,3"), "'0,3' has a 0; of each class there is 1 labelled image or more"),
        (("--seeds", "0"), "0 is not 1 or more"),
        (("--output", "file"), "file is a file; name a folder"),
    ],
    ids=["labels", "seeds", "output"],
)
def test_wrong_usage(tfgen_command, zoo, tmp_path, arguments, said):
    (tmp_path / "cwd" / "file").write_text("")
    code, out, err = tfgen_command("pretrain", "vae_dots", *arguments)
    assert (code, out) == (2, "")
    assert said in err.splitlines()[-1]
