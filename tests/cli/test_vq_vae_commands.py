"""What the commands make of a model whose latents draw discrete codes: they draw and reconstruct, and walk nowhere."""

import json

import numpy as np
import pytest
from PIL import Image

from tfgen.data.pictures import from_uint8, to_uint8
from tfgen.latent import activations, invert_images, latent_grid
from tfgen.recipes import make_recipe
from tfgen.tasks.repair import iterate
from tfgen.zoo import load


@pytest.fixture(scope="module")
def vq_vae_run(tmp_path_factory):
    """A finished run of a VQ-VAE with 2x2 codes."""
    import keras

    from tfgen.recipes.build import build_model

    table = {
        "description": "The smallest VQ-VAE",
        "seed": 0,
        "steps": 3,
        "data": {"name": "fashion_mnist", "batch_size": 4},
        "model": {"name": "vq_vae", "image_shape": [8, 8, 1], "num_codes": 4, "embedding_dim": 2},
        "networks": {
            "encoder": {"name": "vq_vae.encoder", "width": 4},
            "decoder": {"name": "vq_vae.decoder", "width": 4},
            "prior_network": {"name": "pixel_cnn.prior", "width": 4, "blocks": 1},
        },
        "optimizer": {"name": "adam"},
    }
    folder = tmp_path_factory.mktemp("run") / "vq_vae"
    recipe = make_recipe("vq_vae", table)
    folder.mkdir()
    (folder / "recipe.toml").write_text(recipe.to_toml())
    (folder / "run.json").write_text(json.dumps({"recipe": "vq_vae", "steps": 3}))
    keras.utils.set_random_seed(0)
    model = build_model(recipe)
    model.quantizer.codebook.assign(np.random.default_rng(0).normal(size=(4, 2)))
    model.save_weights(folder / "model.weights.h5")
    return folder


def test_it_draws_and_reconstructs(tfgen_command, vq_vae_run, tmp_path):
    code, _, err = tfgen_command("generate", vq_vae_run, "--n", 6, "--seed", 1, "--output", tmp_path / "samples.npz")
    assert code == 0, err
    model = load(str(vq_vae_run))
    with np.load(tmp_path / "samples.npz") as file:
        np.testing.assert_allclose(file["images"] / 127.5 - 1, model.sample(6, seed=1), atol=0.51 / 127.5)
    photos = tmp_path / "photos"
    photos.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8), np.uint8)
    Image.fromarray(pixels).save(photos / "0.png")
    code, _, err = tfgen_command("reconstruct", vq_vae_run, "--images", photos, "--output", tmp_path / "pairs.npz")
    assert code == 0, err
    with np.load(tmp_path / "pairs.npz") as file:
        expected = model.reconstruct((pixels / 127.5 - 1).astype("float32")[None, :, :, None])
        np.testing.assert_allclose(file["images"] / 127.5 - 1, expected, atol=0.51 / 127.5)


@pytest.mark.parametrize(
    "arguments",
    [
        ("interpolate", "--seeds", "0,1"),
        ("traverse", "--coordinate", "0"),
        ("arithmetic", "0", "+", "1"),
        ("invert", "--n", "1"),
        ("grid", "--coordinates", "0,1"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_nothing_leads_through_its_latents(tfgen_command, vq_vae_run, arguments):
    action, *others = arguments
    code, out, err = tfgen_command("latent", action, vq_vae_run, *others)
    assert (code, out) == (1, "")
    assert err.strip().splitlines()[-1] == (
        "tfgen: the latents of this VQVAE are random numbers that discrete codes are drawn by, and neighbours among "
        "them have quite different images; it generates and reconstructs"
    )


def test_repair_seeks_no_latents_and_reconstructs(tfgen_command, vq_vae_run, tmp_path):
    (tmp_path / "photos").mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photos" / "0.png")
    arguments = ("repair", vq_vae_run, "--images", tmp_path / "photos", "--hide", "2,2,3,3", "--output", "r.npz")
    code, out, err = tfgen_command(*arguments)
    assert (code, out) == (1, "")
    assert "the latents of this VQVAE are random numbers that discrete codes are drawn by" in err.splitlines()[-1]
    code, _, err = tfgen_command(*arguments, "--by", "iterate", "--steps", 2)
    assert code == 0, err
    hidden = np.zeros((8, 8), bool)
    hidden[2:5, 2:5] = True
    expected = iterate(load(str(vq_vae_run)), from_uint8(pixels[None, ..., None]), hidden, steps=2)
    with np.load("r.npz") as file:
        np.testing.assert_array_equal(file["images"], to_uint8(expected))


def test_they_are_not_truncated(tfgen_command, vq_vae_run):
    code, _, err = tfgen_command("generate", vq_vae_run, "--truncation", 0.5)
    assert code == 1
    assert "Quantiles latents cannot be truncated" in err


def test_functions_on_latents_say_so_too(vq_vae_run):
    model = load(str(vq_vae_run))
    for function, given in (
        (invert_images, np.zeros((1, 8, 8, 1))),
        (activations, np.zeros((1, 4))),
        (latent_grid, 3),
    ):
        with pytest.raises(ValueError, match="the latents of this VQVAE are random numbers"):
            function(model, given)
