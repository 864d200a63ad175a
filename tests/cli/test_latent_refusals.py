"""What `tfgen latent` refuses, in one sentence, and its help."""

import pytest
from tiny_zoo import write_finished_run


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("interpolate", "gan_dotz"), "gan_dotz"),
        (("interpolate", "gan_untrained"), "gan_untrained has no published weights yet; `tfgen train gan_untrained`"),
        (("interpolate", "dots_classifier"), "dots_classifier is a classifier and draws no images; GANs and autoenc"),
        (("interpolate", "gan_dots", "--label", "1"), "gan_dots knows no classes; leave out --label"),
        (("interpolate", "gan_dots", "--seeds", "3"), "there is no way from one sample"),
        (("interpolate", "gan_dots", "--fps", "5"), "a .png does not move; leave out --fps"),
        (("interpolate", "gan_dots", "--zoom", "2", "--output", "a.npz"), "leave out --zoom"),
        (("traverse", "gan_dots", "--coordinate", "1,3"), "gan_dots has the coordinates 0 to 2, and not 3"),
        (
            ("traverse", "gan_dots", "--component", "0,3"),
            "gan_dots has the components 0 to 2, and not 3",
        ),
        (("traverse", "gan_dots", "--coordinate", "1", "--layer", "x"), "--layer goes with --component; leave it out"),
        (("traverse", "gan_dots", "--component", "1", "--boundary"), "--boundary goes with --class; leave it out"),
        (("traverse", "gan_dots", "--class", "0-1", "--against", "1"), "a class is both in --class and in --against"),
        (("traverse", "gan_dots", "--class", "1"), "the zoo has no classifier of fashion_mnist; name one by"),
        (("traverse", "gan_dots", "--class", "3", "--classifier", "dots_classifier"), "knows the classes 0 to 2, and"),
        (("traverse", "gan_dots", "--class", "1", "--classifier", "vae_dots"), "vae_dots is a vae; classes are judged"),
        (("arithmetic", "gan_dots", "1", "2"), "'1 2' is no sum; write it with spaces"),
        (("arithmetic", "gan_dots", "1", "-"), "'1 -' is no sum"),
        (("arithmetic", "gan_dots", "1", "-", "photos"), "there is nothing at photos; a term is"),
        (("arithmetic", "gan_dots", "1,,2"), "'1,,2' is no list of numbers"),
        (("arithmetic", "gan_dots", "100000"), "samples have the places 0 to 99999"),
        (("arithmetic", "gan_dots", "1", "--classifier", "dots_classifier"), "--classifier goes with a class among"),
        (("arithmetic", "gan_dots", "1", "--samples", "9"), "--samples goes with a class among the terms"),
        (("arithmetic", "gan_dots", "1", "--exemplars", "9"), "--exemplars goes with a class or a folder among"),
        (
            ("grid", "vae_dots"),
            "vae_dots has the coordinates 0 to 2; say which two vary, for example --coordinates 0,1",
        ),
        (("grid", "vae_dots", "--coordinates", "0,3"), "--coordinates: vae_dots has the coordinates 0 to 2, and not 3"),
        (("grid", "dots_classifier"), "dots_classifier is a classifier and draws no images"),
        (("grid", "vae_dots", "--coordinates", "0,1", "--zoom", "2", "--output", "a.npz"), "leave out --zoom"),
        (
            ("traverse", "vae_dots", "--coordinate", "1", "--images", "photos"),
            "--images goes with --class; leave it out",
        ),
        (
            ("traverse", "vae_dots", "--class", "1", "--images", "photos", "--classifier", "dots_classifier"),
            "the classes of --images are known; leave out --classifier",
        ),
        (
            ("traverse", "gan_dots", "--class", "1", "--images", "photos"),
            "gan_dots encodes no images; leave out --images",
        ),
    ],
)
def test_what_is_wrong_is_said_before_tensorflow_loads(tfgen_command, zoo, tmp_path, monkeypatch, arguments, said):
    monkeypatch.setattr("tfgen.cli.drawing.load_tensorflow", lambda: pytest.fail("loaded TensorFlow first"))
    code, out, err = tfgen_command("latent", *arguments)
    assert (code, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1
    assert not list((tmp_path / "cwd").iterdir())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("interpolate", "gan_dots", "--output", "a.mp4"),
            "a.mp4 cannot be written; name a file that ends in .png, .gif",
        ),
        (("invert", "gan_dots", "--output", "a.gif"), "a.gif cannot be written; name a file that ends in .png, .npz"),
        (("interpolate", "gan_dots", "--seeds", "1,x"), "'1,x' is no list of numbers"),
        (("interpolate", "gan_dots", "--seeds", "3-1"), "'3-1' is no list of numbers"),
        (("interpolate", "gan_dots", "--fps", "60"), "60 is not from 0.1 to 50"),
        (("interpolate", "gan_dots", "--fps", "0.001"), "0.001 is not from 0.1 to 50"),
        (("interpolate", "gan_dots", "--fps", "abc"), "'abc' is not a number"),
        (("interpolate", "gan_dots", "--points", "x"), "'x' is not a whole number"),
        (("interpolate", "gan_dots", "--zoom", "65"), "65 is not from 1 to 64"),
        (("interpolate", "gan_dots", "--label", "x"), "'x' is not a whole number"),
        (("interpolate", "gan_dots", "--label", "-1"), "-1 is not 0 or more"),
        *(
            (("traverse", "gan_dots", "--coordinate", "0", "--steps", steps), f"{steps} is not 3, 5, 7 or another odd")
            for steps in ("1", "4")
        ),
        (("traverse", "gan_dots", "--coordinate", "0", "--samples", "1"), "1 is not 2 or more"),
        (("traverse", "gan_dots"), "one of the arguments --class --component --coordinate is required"),
        (("traverse", "gan_dots", "--coordinate", "0", "--reach", "0"), "0 is not a positive number"),
    ],
)
def test_wrong_usage(tfgen_command, zoo, arguments, said):
    code, out, err = tfgen_command("latent", *arguments)
    assert (code, out) == (2, "")
    assert said in err.splitlines()[-1]


@pytest.mark.parametrize("command", ["interpolate", "invert"])
def test_where_nothing_can_be_written(tfgen_command, zoo, tmp_path, monkeypatch, command):
    (tmp_path / "file").write_text("")
    code, _, err = tfgen_command("latent", command, "gan_dots", "--output", tmp_path / "file" / "new" / "a.png")
    assert code == 2
    assert f"{tmp_path}/file is no folder that you can write to" in err
    # The default as well.
    monkeypatch.setattr("os.access", lambda *_: False)
    code, _, err = tfgen_command("latent", command, "gan_dots")
    assert code == 2
    assert ".png cannot be written: " in err


def test_a_classifier_of_other_images(tfgen_command, zoo, tmp_path):
    other = write_finished_run(tmp_path / "other", "classifier", image_shape=(4, 4, 1))
    code, _, err = tfgen_command("latent", "traverse", "gan_dots", "--class", 1, "--classifier", other)
    assert code == 1
    assert f"{other} judges images of fashion_mnist, (4, 4, 1), and gan_dots draws those of fashion_mnist, (6, 5" in err


def test_models_that_cannot(tfgen_command, zoo):
    for name, said in (
        ("dots_classifier", "dots_classifier is a classifier and draws no images; GANs and autoencoders do"),
        ("gan_dots", "gan_dots knows no classes; leave out --label"),
    ):
        assert tfgen_command("generate", name, "--label", "1") == (1, "", f"tfgen: {said}\n")
    code, _, err = tfgen_command("latent", "traverse", "gan_dots", "--component", "0", "--layer", "deconv")
    assert code == 1
    assert "generator has no layer 'deconv'; it has " in err
    code, _, err = tfgen_command("latent", "traverse", "gan_dots", "--component", "8", "--layer", "dense_1")
    assert code == 1
    assert err == "tfgen: --component 8: 9 directions are asked for; 2000 activations of 7 numbers have 1 to 7\n"


@pytest.mark.parametrize("action", [[], ["interpolate"], ["traverse"], ["arithmetic"], ["invert"]])
def test_help_ends_in_an_example(tfgen_command, action):
    code, out, _ = tfgen_command("latent", *action, "--help")
    assert code == 0
    assert out.rstrip().splitlines()[-1].startswith("  tfgen latent ")
