"""Publishing the best weights of a run in place of the last."""

import json

import numpy as np
import pytest
from PIL import Image
from tiny_zoo import SCORE, write_finished_run

from tfgen.errors import TfgenError
from tfgen.json_lines import append_rows, read_rows
from tfgen.zoo import load, publish


def scored(run, *values, kept):
    """Rows of scores in a run, a step a value, and other weights as those of the step `kept`."""
    model = load(str(run))
    model.set_weights([weight + 1 for weight in model.get_weights()])
    (run / "best").mkdir()
    model.save_weights(run / "best" / f"step_{kept:06d}.weights.h5")
    append_rows(run / "scores.jsonl", [SCORE | {"value": value, "step": step} for step, value in enumerate(values, 1)])
    return model


def test_the_best_weights_of_a_run_can_be_published_in_place_of_the_last(zoo, tmp_path):
    run = write_finished_run(tmp_path / "run", "gan")
    best = scored(run, 4.0, 2.0, 3.0, kept=2)
    folder = publish(run, "gan_new", data_license="MIT", best=True)
    np.testing.assert_allclose(load("gan_new").sample(2, seed=0), best.sample(2, seed=0), atol=1e-3)
    # How it was measured stands on the card and on its page: the selection has seen those images.
    training = json.loads((folder / "card.json").read_text())["training"]
    assert training["selected"] == read_rows(run / "scores.jsonl")[1]
    row = (
        "| weights of | step 2, the best FID while it trained: 2 "
        "(100 of dots against 200 of dots:test; inception_2015, tf1_bilinear, float) |"
    )
    assert row in (folder / "README.md").read_text()


@pytest.mark.parametrize(("best", "shown"), [(1, 1), (2, None), (3, 3)])
def test_the_reconstructions_are_those_of_the_published_weights(zoo, tmp_path, best, shown):
    run = write_finished_run(tmp_path / "run", "vae")
    (run / "reconstructions").mkdir()
    for step in (1, 3):
        Image.new("L", (step, 1)).save(run / "reconstructions" / f"step_{step:06d}.png")
    scored(run, *(1.0 if step == best else 5.0 for step in (1, 2, 3)), kept=best)
    folder = publish(run, "vae_new", data_license="MIT", best=True)
    assert (folder / "reconstructions.png").is_file() == (shown is not None)
    if shown:
        assert Image.open(folder / "reconstructions.png").size == (shown, 1)


def test_best_weights_that_are_not_those_of_the_best_row(zoo, tmp_path):
    run = write_finished_run(tmp_path / "run", "gan")
    scored(run, 4.0, 2.0, 3.0, kept=1)
    with pytest.raises(
        TfgenError, match=r"step_000002\.weights\.h5, the weights that scored best, is not there; leave o"
    ):
        publish(run, "gan_new", data_license="MIT", best=True)
    assert not (zoo / "gan_new").exists()


@pytest.mark.parametrize("values", [None, (), (None,)])
def test_best_weights_of_a_run_that_was_not_scored(zoo, tmp_path, values):
    run = write_finished_run(tmp_path / "run", "gan")
    if values is not None:
        scored(run, *values, kept=1)
    with pytest.raises(
        TfgenError, match=r"has no score to select its best weights by; give its recipe a \[scoring\] tab"
    ):
        publish(run, "gan_new", data_license="MIT", best=True)
    assert not (zoo / "gan_new").exists()
