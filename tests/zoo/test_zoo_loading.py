import keras
import numpy as np
import pytest
from tiny_zoo import IMAGE_SHAPE, change_card

from tfgen.errors import CheckpointError
from tfgen.recipes.build import build_model
from tfgen.zoo import load
from tfgen.zoo.entries import find
from tfgen.zoo.weights import sha256


def weights_of(model):
    return [variable.numpy() for variable in model.trainable_variables]


def test_weights_are_those_of_the_run(zoo):
    keras.utils.set_random_seed(1)
    written = build_model(find("gan_dots").recipe)
    keras.utils.set_random_seed(2)
    model = load("gan_dots")
    assert len(weights_of(model)) == 8
    for ours, theirs in zip(weights_of(model), weights_of(written), strict=True):
        np.testing.assert_array_equal(ours, theirs.astype(np.float16) if theirs.ndim > 1 else theirs)
    assert model.sample(5, seed=0).shape == (5, *IMAGE_SHAPE)


def test_model_carries_its_card(zoo):
    model = load("vae_dots")
    assert dict(model.card) == find("vae_dots").card
    with pytest.raises(TypeError):
        model.card["name"] = "other"


def test_without_weights_it_is_freshly_initialised(zoo):
    keras.utils.set_random_seed(7)
    expected = build_model(find("gan_dots").recipe)
    keras.utils.set_random_seed(7)
    model = load("gan_dots", weights=False)
    for ours, theirs in zip(weights_of(model), weights_of(expected), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert model.card is None


def test_without_weights_no_weights_are_needed(zoo):
    assert load("gan_untrained", weights=False).latent_dim == 3


@pytest.mark.parametrize("form", [str, lambda path: f"{path}/"])
def test_folder_of_a_run(runs, form):
    model = load(form(runs["autoencoder"]))
    assert model.card is None
    assert model.sample(2, seed=0).shape == (2, *IMAGE_SHAPE)


def test_run_that_is_not_finished(runs, tmp_path):
    (tmp_path / "recipe.toml").write_text((runs["gan"] / "recipe.toml").read_text())
    with pytest.raises(CheckpointError, match=r"has no published weights yet; `tfgen train "):
        load(str(tmp_path))


def flip_a_byte(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-1])


def append(path):
    path.write_bytes(path.read_bytes() + b"\0")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (flip_a_byte, r"model\.weights\.h5 is not what its card says: its sha256 differs; remove the damaged file$"),
        (cut_short, r"model\.weights\.h5 has [\d,]+ bytes and its card says [\d,]+; remove the damaged file$"),
        (append, r"model\.weights\.h5 has [\d,]+ bytes and its card says [\d,]+; remove the damaged file$"),
        (lambda path: path.write_bytes(b""), r"model\.weights\.h5 has 0 bytes and its card says [\d,]+; remove"),
    ],
)
def test_damaged_weights_are_not_opened(zoo, damage, said):
    damage(zoo / "gan_dots" / "model.weights.h5")
    with pytest.raises(CheckpointError, match=said) as raised:
        load("gan_dots")
    assert "\n" not in str(raised.value)


def state_what_is_there(folder):
    path = folder / "model.weights.h5"
    change_card(folder, lambda card: card["weights"].update(sha256=sha256(path), bytes=path.stat().st_size))


@pytest.mark.filterwarnings("ignore:Skipping nested container")
@pytest.mark.parametrize("content", [b"not HDF5", "vae"], ids=["no HDF5", "another model's"])
def test_weights_that_do_not_fit_the_recipe(zoo, content):
    path = zoo / "gan_dots" / "model.weights.h5"
    path.write_bytes((zoo / "vae_dots" / "model.weights.h5").read_bytes() if content == "vae" else content)
    state_what_is_there(zoo / "gan_dots")
    with pytest.raises(
        CheckpointError, match=r"model\.weights\.h5 cannot be loaded by the recipe of gan_dots: "
    ) as raised:
        load("gan_dots")
    assert "\n" not in str(raised.value)


@pytest.mark.filterwarnings("ignore:Skipping nested container")
def test_weights_of_another_width(zoo):
    recipe = zoo / "gan_dots" / "recipe.toml"
    recipe.write_text(recipe.read_text().replace("latent_dim = 3", "latent_dim = 4"))
    with pytest.raises(CheckpointError, match="cannot be loaded by the recipe of gan_dots: "):
        load("gan_dots")
