import h5py
import numpy as np
import pytest
from tiny_zoo import METHODS, change_card

from tfgen.errors import CheckpointError
from tfgen.models.image_model import ImageModel
from tfgen.zoo import load, verify
from tfgen.zoo.weights import sha256


@pytest.mark.parametrize("method", METHODS)
def test_passes_on_what_was_published(zoo, method):
    found = verify(f"{method}_dots")
    assert found.name == f"{method}_dots"
    assert found.sha256 == sha256(zoo / found.name / "model.weights.h5")
    # The card keeps six decimals.
    assert found.largest_difference <= 2e-6


def perturb(folder, amount):
    path = folder / "model.weights.h5"
    with h5py.File(path, "r+") as file:
        arrays = []
        file.visititems(lambda _, item: arrays.append(item) if isinstance(item, h5py.Dataset) else None)
        for array in arrays:
            if np.issubdtype(array.dtype, np.floating):
                array[...] = array[...] + amount
    change_card(folder, lambda card: card["weights"].update(sha256=sha256(path), bytes=path.stat().st_size))


@pytest.mark.parametrize("method", METHODS)
def test_fails_on_other_weights_though_their_hash_is_stated(zoo, method):
    perturb(zoo / f"{method}_dots", 0.01)
    with pytest.raises(
        CheckpointError, match=rf"^{method}_dots does not compute what its card says: .* 0.001 is allow"
    ):
        verify(f"{method}_dots")


def test_fails_on_weights_that_are_not_numbers(zoo):
    perturb(zoo / "gan_dots", np.nan)
    with pytest.raises(CheckpointError, match=r"gan_dots does not compute what its card says: .* differs by nan"):
        verify("gan_dots")


def test_fails_where_only_the_reconstructions_differ(zoo):
    def change(card):
        card["golden"]["reconstructions"][1][2] += 0.002

    change_card(zoo / "vae_dots", change)
    with pytest.raises(CheckpointError, match=r"a golden value differs by 0\.002"):
        verify("vae_dots")


def test_fails_where_xla_alone_differs(zoo, monkeypatch):
    compile_serving = ImageModel.compile_serving

    def disturbed(model, jit_compile):
        compile_serving(model, jit_compile)
        if jit_compile:
            served = dict(model._served)
            model._served = {name: lambda *inputs, run=run: run(*inputs) + 0.01 for name, run in served.items()}

    assert verify("gan_dots").largest_difference <= 2e-6
    monkeypatch.setattr(ImageModel, "compile_serving", disturbed)
    with pytest.raises(CheckpointError, match=r"a golden value differs by 0\.01"):
        verify("gan_dots")


def test_served_functions_are_compiled_by_xla_when_asked(zoo):
    model = load("gan_dots")
    plain = model.sample(5, seed=0)
    model.compile_serving(jit_compile=True)
    graph = model._served["serving_default"].get_concrete_function().function_def
    assert graph.attr["_XlaMustCompile"].b
    np.testing.assert_allclose(model.sample(5, seed=0), plain, atol=1e-5)


def test_compares_the_hash(zoo):
    change_card(zoo / "gan_dots", lambda card: card["weights"].update(sha256="0" * 64))
    with pytest.raises(CheckpointError, match="sha256 differs"):
        verify("gan_dots")


def test_needs_a_card(zoo, runs):
    with pytest.raises(CheckpointError, match="has no published weights yet"):
        verify("gan_untrained")
    with pytest.raises(CheckpointError, match="has no card"):
        verify(str(runs["gan"]))
