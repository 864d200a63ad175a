"""The preset `paper` against the facts of the published study, written down here a second time."""

import math
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from benchmarks.created_equal.spec import find_spec
from benchmarks.created_equal.trials import all_trials, recipe_of, scoring_steps

METHODS = ("mm_gan", "ns_gan", "lsgan", "wgan", "wgan_gp", "dragan", "began", "vae")
FOUR = ("mnist", "fashion_mnist", "cifar10", "celeb_a")
# Learning rate, beta_1, discriminator steps, batch normalisation of the discriminator: the authors' settings.
DEFAULTS = {
    "mm_gan": (5e-5, 0.0, 1, True),
    "ns_gan": (5e-5, 0.0, 1, True),
    "lsgan": (2e-4, 0.5, 1, True),
    "wgan": (5e-5, 0.5, 5, True),
    "wgan_gp": (1e-4, 0.5, 5, False),
    "dragan": (1e-4, 0.5, 1, True),
    "began": (1e-4, 0.5, 5, False),
    "vae": (5e-5, 0.5, None, True),
}
OWN_DEFAULTS = {
    "wgan": {"clip": 0.01},
    "wgan_gp": {"penalty_weight": 10.0},
    "dragan": {"penalty_weight": 10.0},
    "began": {"balance_rate": 0.001, "diversity": 0.75},
}
LOG10, EVEN, ONE_OF = "log10", "even", "one of"
WIDE = {
    "learning_rate": (LOG10, -5, -2),
    "beta_1": (EVEN, 0, 1),
    "discriminator_steps": (ONE_OF, 1, 5),
    "batch_norm": (ONE_OF, True, False),
}
OWN_WIDE = {
    "wgan": {"clip": (LOG10, -3, 0)},
    "wgan_gp": {"penalty_weight": (LOG10, -1, 2)},
    "dragan": {"penalty_weight": (LOG10, -1, 2)},
    "began": {"balance_rate": (LOG10, -4, -2), "diversity": (EVEN, 0, 1)},
}
NARROW = {
    "learning_rate": (LOG10, -4, -3),
    "beta_1": (ONE_OF, 0.5),
    "discriminator_steps": (ONE_OF, 1),
    "batch_norm": (ONE_OF, True, False),
}
OWN_NARROW = {
    "wgan": {"clip": (LOG10, -2, 0)},
    "wgan_gp": {"penalty_weight": (LOG10, -1, 1), "batch_norm": (ONE_OF, False)},
    "dragan": {"penalty_weight": (LOG10, -1, 1), "batch_norm": (ONE_OF, False)},
    "began": {"balance_rate": (ONE_OF, 0.001), "diversity": (EVEN, 0.6, 0.9)},
}


@pytest.fixture(scope="module")
def paper():
    spec = find_spec("paper")
    return spec, all_trials(spec)


def test_the_counts_are_the_published_ones(paper):
    _, trials = paper
    assert Counter(trial.phase for trial in trials) == {"wide": 4000, "narrow": 1600, "seeds": 1600}
    assert [trial.number for trial in trials] == list(range(7200))
    assert {trial.method for trial in trials} == set(METHODS)
    of = {phase: {trial.dataset for trial in trials if trial.phase == phase} for phase in ("wide", "narrow", "seeds")}
    assert of == {"wide": {*FOUR, "polygons"}, "narrow": set(FOUR), "seeds": set(FOUR)}
    searches = Counter((t.phase, t.dataset, t.method) for t in trials)
    assert {count for (phase, _, _), count in searches.items() if phase == "wide"} == {100}
    assert {count for (phase, _, _), count in searches.items() if phase != "wide"} == {50}
    assert {trial.seed for trial in trials if trial.phase != "seeds"} == {0}
    assert {trial.seed for trial in trials if trial.phase == "seeds"} == set(range(50))


@pytest.mark.parametrize("method", METHODS)
def test_every_search_begins_with_the_default(paper, method):
    _, trials = paper
    rate, beta, steps, normalised = DEFAULTS[method]
    expected = {"learning_rate": rate, "beta_1": beta, "discriminator_steps": steps, "batch_norm": normalised}
    expected = {**{key: value for key, value in expected.items() if value is not None}, **OWN_DEFAULTS.get(method, {})}
    firsts = [trial for trial in trials if trial.method == method and trial.configuration == 0]
    assert {trial.phase for trial in firsts} == {"wide", "narrow"}
    for trial in firsts:
        # The VAE's default has batch normalisation in the wide search and none in the narrow one.
        changed = {"batch_norm": False} if (method, trial.phase) == ("vae", "narrow") else {}
        assert trial.hyperparameters == {**expected, **changed}


@pytest.mark.parametrize(
    ("phase", "common", "own"), [("wide", WIDE, OWN_WIDE), ("narrow", NARROW, OWN_NARROW)], ids=["wide", "narrow"]
)
@pytest.mark.parametrize("method", METHODS)
def test_the_ranges_are_the_published_ones(paper, method, phase, common, own):
    _, trials = paper
    drawn = [
        trial.hyperparameters
        for trial in trials
        if (trial.phase, trial.dataset, trial.method) == (phase, "mnist", method) and trial.configuration
    ]
    for name in drawn[0]:
        kind, *values = {**common, **own.get(method, {})}[name]
        found = [each[name] for each in drawn]
        if kind is ONE_OF:
            assert set(found) == set(values)
            continue
        found = np.log10(found) if kind is LOG10 else np.array(found)
        low, high = values
        assert low <= found.min()
        assert found.max() <= high
        # Drawn evenly: of 99 draws, or 49, so large a distance comes once in a thousand times.
        assert stats.kstest(found, stats.uniform(low, high - low).cdf).pvalue > 1e-3


def test_all_data_sets_have_the_same_configurations(paper):
    _, trials = paper
    found = {
        (trial.method, trial.configuration): trial.hyperparameters
        for trial in trials
        if trial.phase == "wide" and trial.dataset == "mnist"
    }
    for trial in trials:
        if trial.phase == "wide":
            assert trial.hyperparameters == found[trial.method, trial.configuration]


def test_lengths_are_updates_of_the_discriminator(paper):
    spec, trials = paper
    images = {"mnist": 50_000, "fashion_mnist": 50_000, "polygons": 50_000, "cifar10": 50_000, "celeb_a": 162_000}
    epochs = {"mnist": 20, "fashion_mnist": 20, "polygons": 20, "cifar10": 100, "celeb_a": 40}
    for name, table in spec.datasets.items():
        assert table["steps"] == epochs[name] * images[name] // 64
        assert table["score_every"] == 5 * images[name] // 64
    trial = next(t for t in trials if (t.dataset, t.method, t.configuration) == ("mnist", "wgan", 0))
    recipe = recipe_of(spec, trial)
    assert recipe.steps == 3125
    assert recipe.table["model"]["discriminator_steps"] == 5
    assert scoring_steps(spec, trial, recipe) == [math.ceil(count * 3906 / 5) for count in (1, 2, 3)] + [3125]


def test_networks_noise_and_data_are_the_published_ones(paper):
    spec, trials = paper
    by_method = {trial.method: recipe_of(spec, trial).table for trial in reversed(trials[:800])}
    for method, table in by_method.items():
        assert table["data"]["batch_size"] == 64
        assert table["model"]["latent_dim"] == 64
        assert all(network["width"] == 64 for network in table["networks"].values())
        assert table["model"].get("prior") == (None if method == "vae" else "uniform")
    assert {method for method, table in by_method.items() if "Published" in table["model"]["name"]} == {
        "lsgan",
        "wgan_gp",
        "dragan",
        "began",
        "vae",
    }
    triangles = next(trial for trial in trials if trial.dataset == "polygons")
    assert recipe_of(spec, triangles).table["data"]["rotation"] == "published"
    assert spec.table["scoring"] == {
        "samples": 10_000,
        "reference_samples": 10_000,
        "extractor": "inception_2015",
        "resizer": "tf1_bilinear",
        "quantise": False,
    }


@pytest.mark.parametrize("preset", ["quick", "laptop"])
def test_other_presets_correct_what_was_published(preset):
    spec = find_spec(preset)
    trial = next(trial for trial in all_trials(spec) if trial.method == "lsgan")
    table = recipe_of(spec, trial).table
    assert table["model"]["name"] == "lsgan"
    assert table["data"]["rotation"] == "full"
    # Of a search's best configuration, seeds that chose nothing.
    assert 0 not in {trial.seed for trial in all_trials(spec) if trial.phase == "seeds"}
