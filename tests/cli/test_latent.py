import json

import numpy as np
import pytest
from PIL import Image
from tiny_zoo import recipe_table, write_finished_run

from tfgen.latent import interpolate, invert_images
from tfgen.priors.paths import great_circle, straight_line
from tfgen.recipes import make_recipe
from tfgen.zoo import load


def pixels(images):
    return np.floor((images.astype(np.float64) + 1) * 127.5 + 0.5).astype(np.uint8)


def draws(model, n, seed):
    return np.asarray(model.latents(n, (np.int64(seed), np.int64(0))))


def arrays(path):
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


@pytest.fixture
def ok(tfgen_command, zoo, tmp_path):
    """Runs `tfgen latent`, which has to succeed without a word on standard error: its standard output."""

    def run(*arguments):
        code, out, err = tfgen_command("latent", *arguments)
        assert (code, err) == (0, "")
        return out

    return run


@pytest.fixture
def conditional_run(tmp_path):
    """A run of a conditional GAN with three classes."""
    import keras

    from tfgen.recipes.build import build_model

    networks = {
        role: {"name": f"conditional.{role}", "base": {"name": f"mlp.{role}", "hidden_dims": [7]}}
        for role in ("generator", "discriminator")
    }
    model = {"name": "conditional_gan", "image_shape": [6, 5, 1], "latent_dim": 3, "num_classes": 3}
    recipe = make_recipe("conditional", recipe_table("gan", model=model, networks=networks))
    folder = tmp_path / "conditional"
    folder.mkdir()
    (folder / "recipe.toml").write_text(recipe.to_toml())
    (folder / "run.json").write_text(json.dumps({"recipe": "conditional", "steps": 3}))
    keras.utils.set_random_seed(0)
    build_model(recipe).save_weights(folder / "model.weights.h5")
    return folder


def test_interpolation_is_python_s(ok, tmp_path):
    options = ("--seeds", "4,5,9", "--n", 2, "--steps", 3)
    for more, path, closed in (([], great_circle, False), (["--path", "straight", "--loop"], straight_line, True)):
        out = ok("interpolate", "gan_dots", *options, *more, "--output", tmp_path / "w.npz")
        assert out.startswith(f"wrote 2 walk(s) of {9 if closed else 7} frames by gan_dots to {tmp_path}/w.npz")
        model = load("gan_dots")
        waypoints = np.stack([draws(model, 2, seed) for seed in (4, 5, 9)])
        latents = interpolate(waypoints, 3, path, closed=closed).swapaxes(0, 1)
        found = arrays(tmp_path / "w.npz")
        np.testing.assert_allclose(found["latents"], latents, rtol=1e-6)
        images = np.asarray(model.generate(latents.reshape(-1, 3))).reshape(*latents.shape[:2], 6, 5, 1)
        np.testing.assert_allclose(found["images"], pixels(images), atol=1)


def test_drawn_points_are_named_so_that_the_walk_can_be_made_again(ok, tmp_path):
    out = ok("interpolate", "vae_dots", "--points", 2, "--output", tmp_path / "a.png")
    seeds = out.strip().rpartition(" ")[2]
    ok("interpolate", "vae_dots", "--seeds", seeds, "--output", tmp_path / "b.png")
    ok("interpolate", "vae_dots", "--points", 2, "--output", tmp_path / "c.png")
    content = [(tmp_path / f"{name}.png").read_bytes() for name in "abc"]
    assert content[0] == content[1] != content[2]


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_a_walk_that_moves(ok, tmp_path, suffix):
    options = ("--seeds", "0,1", "--n", 4, "--steps", 3, "--loop", "--fps", 10, "--zoom", 2)
    ok("interpolate", "gan_dots", *options, "--output", tmp_path / f"w{suffix}")
    with Image.open(tmp_path / f"w{suffix}") as image:
        image.load()
        assert image.size == (2 * (2 * 7 + 2), 2 * (2 * 8 + 2))
        assert (image.n_frames, image.info["duration"]) == (6, 100)


def test_walks_along_coordinates(ok, tmp_path):
    options = ("--coordinate", "2,0", "--n", 2, "--steps", 5, "--reach", 2, "--seed", 7, "--samples", 500)
    ok("traverse", "vae_dots", *options, "--output", tmp_path / "w.npz")
    latents = arrays(tmp_path / "w.npz")["latents"]
    assert latents.shape == (4, 5, 3)
    model = load("vae_dots")
    starts, spread = draws(model, 2, 7), draws(model, 500, 7).std(axis=0)
    np.testing.assert_allclose(latents[:, 2], np.tile(starts, (2, 1)), atol=1e-6)
    np.testing.assert_allclose(latents[:2, -1] - starts, [[0, 0, 2 * spread[2]]] * 2, atol=1e-5)
    np.testing.assert_allclose(latents[2:, 0] - starts, [[-2 * spread[0], 0, 0]] * 2, atol=1e-5)


@pytest.mark.parametrize("more", [[], ["--boundary"]])
def test_walks_towards_classes(ok, tmp_path, more):
    labels = np.argmax(load("dots_classifier").classify(load("vae_dots").sample(400, seed=0)), axis=1)
    here, there = np.argsort(np.bincount(labels))[:-3:-1]
    options = ("--class", here, "--against", there, "--classifier", "dots_classifier", "--samples", 400, *more)
    ok("traverse", "vae_dots", *options, "--n", 1, "--output", tmp_path / "w.npz")
    walk = arrays(tmp_path / "w.npz")["latents"][0].astype(np.float64)
    direction = (walk[-1] - walk[0]) / np.linalg.norm(walk[-1] - walk[0])
    latents = draws(load("vae_dots"), 400, 0)
    difference = latents[labels == here].mean(axis=0) - latents[labels == there].mean(axis=0)
    if more:
        assert ((latents[labels == here] @ direction).mean() > (latents[labels == there] @ direction).mean()).all()
    else:
        np.testing.assert_allclose(direction, difference / np.linalg.norm(difference), atol=1e-5)


@pytest.mark.parametrize("name", ["gan_dots", "autoencoder_dots"])
def test_walks_along_components(ok, tmp_path, name):
    out = ok("traverse", name, "--component", "0-2", "--n", 2, "--samples", 100, "--output", tmp_path / "w.png")
    assert [line.split(" explains ")[0] for line in out.splitlines()[:3]] == [
        f"component {index}" for index in range(3)
    ]
    # Six walks of nine frames.
    assert Image.open(tmp_path / "w.png").size == (9 * 7 + 2, 6 * 8 + 2)


def test_sums_of_places(ok, tmp_path):
    ok("arithmetic", "gan_dots", "3,17,22", "-", "4,8", "+", "2", "--seed", 5, "--output", tmp_path / "s.npz")
    latents = draws(load("gan_dots"), 23, 5).astype(np.float64)
    total = latents[[3, 17, 22]].mean(axis=0) - latents[[4, 8]].mean(axis=0) + latents[2]
    found = arrays(tmp_path / "s.npz")
    assert (found["latents"].shape, found["images"].shape) == ((4, 3), (4, 6, 5, 1))
    np.testing.assert_allclose(found["latents"][0], total, rtol=1e-5)
    assert 0 < np.abs(found["latents"][1:] - total).max() <= 0.2501
    ok("arithmetic", "gan_dots", "3,17,22", "-", "4,8", "+", "2", "--zoom", 2, "--output", tmp_path / "s.png")
    assert Image.open(tmp_path / "s.png").size == (2 * (4 * 7 + 2), 2 * (4 * 8 + 2))


def test_sums_of_classes_and_pictures(ok, tfgen_command, zoo, tmp_path):
    label = np.bincount(
        np.argmax(load("dots_classifier").classify(load("vae_dots").sample(50, seed=0)), axis=1)
    ).argmax()
    ok("arithmetic", "vae_dots", f"class:{label}", "+", "0", "--classifier", "dots_classifier", "--samples", 50)
    assert Image.open(tmp_path / "cwd" / "sum.png").size == (4 * 7 + 2, 3 * 8 + 2)
    code, _, err = tfgen_command(
        "latent", "arithmetic", "vae_dots", f"class:{label}", "--classifier", "dots_classifier", "--samples", 1,
        "--exemplars", 2,
    )  # fmt: skip
    assert code == 1
    assert f"1 are taken for class {label}, and 2 are asked for" in err


def test_inversion_is_python_s(tfgen_command, tmp_path):
    # Photographs are cropped to squares.
    vae, gan = (write_finished_run(tmp_path / method, method, image_shape=(6, 6, 1)) for method in ("vae", "gan"))
    (tmp_path / "photos").mkdir()
    for index in range(3):
        values = np.random.default_rng(index).integers(0, 256, (6, 6), dtype=np.uint8)
        Image.fromarray(values).save(tmp_path / "photos" / f"{index}.png")
    arguments = ("--images", tmp_path / "photos", "--n", 2, "--steps", 20, "--seed", 3)
    code, _, err = tfgen_command("latent", "invert", vae, *arguments, "--output", tmp_path / "p.npz")
    assert code == 0, err
    found = arrays(tmp_path / "p.npz")
    assert (found["images"].shape, found["latents"].shape) == ((2, 6, 6, 1), (2, 3))
    images = (found["images"] / 127.5 - 1).astype(np.float32)
    expected = invert_images(load(str(vae)), images, steps=20, seed=3)
    np.testing.assert_allclose(found["latents"], expected.latents, atol=1e-4)
    np.testing.assert_allclose(found["distances"], expected.distances, rtol=1e-4)
    np.testing.assert_allclose(found["reconstructions"], pixels(expected.reconstructions), atol=1)
    assert tfgen_command("latent", "invert", gan, *arguments)[0] == 0
    assert Image.open(tmp_path / "cwd" / "pairs.png").size == (8 * 8 + 2, 2 * 8 + 2)


def test_labels_of_a_conditional_model(ok, tfgen_command, conditional_run, tmp_path):
    model = load(str(conditional_run))
    for label in (0, 2):
        ok("interpolate", conditional_run, "--seeds", "0,1", "--label", label, "--output", tmp_path / "w.npz")
        found = arrays(tmp_path / "w.npz")
        latents = found["latents"].reshape(-1, 3)
        expected = pixels(np.asarray(model.generate(latents, np.full(len(latents), label))))
        np.testing.assert_allclose(found["images"].reshape(-1, 6, 5, 1), expected, atol=1)
    out = ok(
        "traverse", conditional_run, "--component", "1", "--label", 1, "--samples", 50, "--output", tmp_path / "w.gif"
    )
    assert out.startswith("component 1 explains ")
    code, out, err = tfgen_command("latent", "interpolate", conditional_run, "--seeds", "0,1")
    assert (code, out) == (1, "")
    assert "this ConditionalGAN draws images of a class; say which by a label" in err
    code, _, err = tfgen_command("generate", conditional_run, "--n", 5, "--seed", 1, "--label", "2,0",
                                 "--output", tmp_path / "g.npz")  # fmt: skip
    assert code == 0, err
    expected = pixels(model.sample(5, seed=1, labels=[2, 0, 2, 0, 2]))
    np.testing.assert_allclose(arrays(tmp_path / "g.npz")["images"], expected, atol=1)


def test_truncated_samples(tfgen_command, zoo, tmp_path):
    arguments = ("--n", 3, "--seed", 1, "--truncation", 0.4, "--output", tmp_path / "s.npz")
    assert tfgen_command("generate", "gan_dots", *arguments)[0] == 0
    model = load("gan_dots")
    images = model.generate(model.prior.truncate(draws(model, 3, 1), 0.4))
    np.testing.assert_allclose(arrays(tmp_path / "s.npz")["images"], pixels(np.asarray(images)), atol=1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("interpolate", "gan_dotz"), "gan_dotz"),
        (("interpolate", "gan_dots", "--seeds", "3"), "there is no way from one sample"),
        (("interpolate", "gan_dots", "--fps", "5"), "a .png does not move; leave out --fps"),
        (("interpolate", "gan_dots", "--zoom", "2", "--output", "a.npz"), "leave out --zoom"),
        (("traverse", "gan_dots", "--coordinate", "1,3"), "gan_dots has the coordinates 0 to 2, and not 3"),
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
    ],
)
def test_what_is_wrong_is_said_before_tensorflow_loads(tfgen_command, zoo, tmp_path, monkeypatch, arguments, said):
    monkeypatch.setattr("tfgen.cli.latent.arguments.load_tensorflow", lambda: pytest.fail("loaded TensorFlow first"))
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
        (("interpolate", "gan_dots", "--fps", "60"), "60 is not above 0 and at most 50"),
        (("interpolate", "gan_dots", "--label", "-1"), "-1 is not 0 or more"),
        (("traverse", "gan_dots"), "one of the arguments --class --component --coordinate is required"),
        (("traverse", "gan_dots", "--coordinate", "0", "--reach", "0"), "0 is not a positive number"),
    ],
)
def test_wrong_usage(tfgen_command, zoo, arguments, said):
    code, out, err = tfgen_command("latent", *arguments)
    assert (code, out) == (2, "")
    assert said in err.splitlines()[-1]


def test_models_that_cannot(tfgen_command, zoo):
    code, _, err = tfgen_command("latent", "interpolate", "dots_classifier")
    assert (code, err) == (1, "tfgen: dots_classifier is a Classifier and draws no images; GANs and autoencoders do\n")
    for command in (("latent", "interpolate"), ("generate",)):
        code, _, err = tfgen_command(*command, "gan_dots", "--label", "1")
        assert (code, err) == (1, "tfgen: this GAN knows no classes; leave out the label\n")
    code, _, err = tfgen_command("latent", "traverse", "gan_dots", "--component", "0", "--layer", "deconv")
    assert code == 1
    assert "generator has no layer 'deconv'; it has " in err


@pytest.mark.parametrize("action", [[], ["interpolate"], ["traverse"], ["arithmetic"], ["invert"]])
def test_help_ends_in_an_example(tfgen_command, action):
    code, out, _ = tfgen_command("latent", *action, "--help")
    assert code == 0
    assert out.rstrip().splitlines()[-1].startswith("  tfgen latent ")
