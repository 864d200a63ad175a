import json

import numpy as np
import pytest
from PIL import Image
from tiny_zoo import recipe_table, write_finished_run

from tfgen.latent import boundary_normal, great_circle, interpolate, invert_images, mean_difference, straight_line
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


def unusual_run(folder, model, networks):
    """A finished run of another adversarial method."""
    import keras

    from tfgen.recipes.build import build_model

    recipe = make_recipe(folder.name, recipe_table("gan", model=model, networks=networks))
    folder.mkdir()
    (folder / "recipe.toml").write_text(recipe.to_toml())
    (folder / "run.json").write_text(json.dumps({"recipe": folder.name, "steps": 3}))
    keras.utils.set_random_seed(0)
    build_model(recipe).save_weights(folder / "model.weights.h5")
    return folder


@pytest.fixture
def conditional_run(tmp_path):
    """A run of a conditional GAN with three classes."""
    networks = {
        role: {"name": f"conditional.{role}", "base": {"name": f"mlp.{role}", "hidden_dims": [7]}}
        for role in ("generator", "discriminator")
    }
    model = {"name": "conditional_gan", "image_shape": [6, 5, 1], "latent_dim": 3, "num_classes": 3}
    return unusual_run(tmp_path / "conditional", model, networks)


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


def test_a_great_circle_stays_where_a_uniform_prior_draws(ok, tmp_path):
    model = {"name": "gan", "image_shape": [6, 5, 1], "latent_dim": 3, "prior": "uniform"}
    run = unusual_run(tmp_path / "uniform", model, recipe_table("gan")["networks"])
    ok("interpolate", run, "--seeds", "0,1", "--n", 20, "--path", "great-circle", "--output", tmp_path / "w.npz")
    model = load(str(run))
    whole = interpolate(np.stack([draws(model, 20, seed) for seed in (0, 1)]), 8, great_circle).swapaxes(0, 1)
    assert np.abs(whole).max() > 1.01
    np.testing.assert_allclose(arrays(tmp_path / "w.npz")["latents"], whole.clip(-1, 1), rtol=1e-5)


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


@pytest.mark.parametrize(("more", "find"), [([], mean_difference), (["--boundary"], boundary_normal)])
def test_walks_towards_classes(ok, tmp_path, more, find):
    labels = np.argmax(load("dots_classifier").classify(load("vae_dots").sample(400, seed=0)), axis=1)
    here, there = np.argsort(np.bincount(labels))[:-3:-1]
    options = ("--class", here, "--against", there, "--classifier", "dots_classifier", "--samples", 400, *more)
    ok("traverse", "vae_dots", *options, "--n", 1, "--output", tmp_path / "w.npz")
    walk = arrays(tmp_path / "w.npz")["latents"][0].astype(np.float64)
    direction = (walk[-1] - walk[0]) / np.linalg.norm(walk[-1] - walk[0])
    latents = draws(load("vae_dots"), 400, 0)
    expected = [each(latents[labels == here], latents[labels == there]) for each in (mean_difference, boundary_normal)]
    assert np.abs(expected[0] - expected[1]).max() > 0.001
    np.testing.assert_allclose(direction, find(latents[labels == here], latents[labels == there]), atol=1e-5)


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
    assert err == f"tfgen: {conditional_run} draws images of a class; say which by --label, from 0 to 2\n"
    for command in (("latent", "invert"), ("generate",)):
        code, _, err = tfgen_command(*command, conditional_run, "--label", 3)
        assert (code, err) == (1, f"tfgen: {conditional_run} knows the classes 0 to 2, and not 3\n")
    code, _, err = tfgen_command("generate", conditional_run, "--n", 5, "--seed", 1, "--label", "2,0",
                                 "--output", tmp_path / "g.npz")  # fmt: skip
    assert code == 0, err
    expected = pixels(model.sample(5, seed=1, labels=[2, 0, 2, 0, 2]))
    np.testing.assert_allclose(arrays(tmp_path / "g.npz")["images"], expected, atol=1)


def test_labels_of_codes(ok, tfgen_command, tmp_path):
    model = {"name": "info_gan", "image_shape": [6, 5, 1], "latent_dim": 5}
    prior = {"prior": {"name": "structured_codes", "categories": [3], "continuous": 0}}
    run = unusual_run(tmp_path / "codes", {**model, **prior}, recipe_table("gan")["networks"])
    ok("interpolate", run, "--seeds", "0,1", "--label", 2, "--output", tmp_path / "w.npz")
    drawn = load(str(run))
    latents = np.asarray(
        drawn.prior.with_category(arrays(tmp_path / "w.npz")["latents"].reshape(-1, 5), np.full(36, 2))
    )
    expected = pixels(np.asarray(drawn.generate(latents)))
    np.testing.assert_allclose(arrays(tmp_path / "w.npz")["images"].reshape(-1, 6, 5, 1), expected, atol=1)
    code, _, err = tfgen_command("latent", "interpolate", run, "--label", 3)
    assert (code, err) == (1, "tfgen: labels go from 3 to 3; the classes are 0 to 2\n")


def test_truncated_samples(tfgen_command, zoo, tmp_path):
    arguments = ("--n", 3, "--seed", 1, "--truncation", 0.4, "--output", tmp_path / "s.npz")
    assert tfgen_command("generate", "gan_dots", *arguments)[0] == 0
    model = load("gan_dots")
    images = model.generate(model.prior.truncate(draws(model, 3, 1), 0.4))
    np.testing.assert_allclose(arrays(tmp_path / "s.npz")["images"], pixels(np.asarray(images)), atol=1)
