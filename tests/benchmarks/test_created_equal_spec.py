"""Specs that cannot be followed, and what a user's own says."""

import copy

import pytest
import tomli_w
from tiny_study import tiny_table

from benchmarks.created_equal.spec import differences, find_spec, make_spec, preset_names, stored_spec
from benchmarks.created_equal.trials import all_trials, recipe_of
from tfgen.errors import TfgenError
from tfgen.recipes.build import build_model


@pytest.fixture
def table(tmp_path):
    return copy.deepcopy(tiny_table(tmp_path))


def test_presets():
    assert preset_names() == ["laptop", "paper", "quick"]
    with pytest.raises(TfgenError, match=r"no preset 'quik'; did you mean quick\?; a spec of your own ends in \.toml"):
        find_spec("quik")
    with pytest.raises(TfgenError, match=r"there is no spec at nowhere\.toml"):
        find_spec("nowhere.toml")


def test_what_is_no_toml(tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text("title = ")
    with pytest.raises(TfgenError, match=r"broken\.toml is no TOML file"):
        find_spec(str(path))


def change(table, path, value):
    *parents, key = path.split(".")
    for parent in parents:
        table = table[int(parent) if parent.isdigit() else parent]
    table[key] = value


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("compare", ["ns_gan", "wgna"], r"no method 'wgna'; did you mean wgan"),
        ("compare", [], "the spec does not say compare"),
        ("variant", "faithful", "variant of the spec is 'faithful'; it is as_published or corrected"),
        ("threads", 0, "threads of the spec is 0; it is a whole number, 1 or more"),
        ("seed", "0", "seed of the spec is '0'; it is a whole number"),
        ("sorcing", {}, "unknown key 'sorcing'"),
        ("scoring.sampels", 5, "scoring has an unknown key 'sampels'; known are extractor"),
        ("datasets.pictures.steps", 0, "steps of the dataset pictures is 0"),
        ("datasets.pictures", {"name": "x"}, "the dataset pictures does not say image_shape, steps, score_every"),
        ("phases.0.datasets", ["mnits"], "no dataset 'mnits'; did you mean"),
        ("phases.0.ranges", "broad", "no range 'broad'; known are: narrow, wide"),
        ("phases.0.configurations", 0, "configurations of the phase 'search' is 0"),
        ("phases.1.best_of", "serach", "is the best of 'serach', which is no search before it"),
        ("phases.1.ranges", "wide", "the phase 'seeds' needs either ranges"),
        ("phases.0.seeds", 4, "the phase 'search' has 4 seeds; a search trains each configuration once"),
        ("phases.1.configurations", 3, "the phase 'seeds' has configurations, and the best of 'search' is one"),
        ("phases.1.name", "search", "two phases are called 'search'"),
        ("ranges", {"wide": {"learning_rate": {"log10": [-2, -5]}}}, "empty range, from -2 to -5"),
        ("ranges", {"wide": {"beta_1": {"choice": []}}}, "empty range; give it at least one value"),
        ("ranges", {"wide": {"beta_1": {"unifrom": [0, 1]}}}, "a range is a value"),
        ("ranges", {"wide": {"beta_1": {"uniform": [0, "1"]}}}, "takes its two ends, numbers"),
        ("ranges", {"wide": {"learning_rat": 1.0}}, "ranges.wide: there is no hyper-parameter 'learning_rat'; did you"),
        ("ranges", {"wide": 3}, "wide of the spec is 3; write it as a table"),
        ("ranges", {"mine": {}}, "all alike"),
        ("compare", [["ns_gan"]], "it is a list of names, each of them once"),
        ("compare", ["vae", "vae"], "compare of the spec has 'vae'; it is a list of names, each of them once"),
        ("phases.0.datasets", ["pictures", "pictures"], "it is a list of names, each of them once"),
        ("phases.1.first_seed", "1", "first_seed of the phase 'seeds' is '1'; it is a whole number"),
        ("phases.1.first_seed", -1, "first_seed of the phase 'seeds' is -1; it is a whole number, 0 or more"),
        ("methods.vae.default", 3, "default of the method vae is 3; it is a table"),
        ("methods.vae.networks", "mlp", "networks of the method vae is 'mlp'; it is a table"),
        ("methods.mine", 3, "the method mine is 3; write it as a table"),
        ("scoring.samples", "many", "samples of scoring is 'many'; it is a whole number"),
        ("scoring.batch_size", 5, "scoring has an unknown key 'batch_size'"),
        ("methods.vae.ranges", {"wide": {"kl_weight": 2.0}}, "'kl_weight', which is not among the defaults"),
        ("methods.vae.ranges", {"wdie": {}}, "ranges of methods.vae: there is no range 'wdie'; did you mean wide"),
        ("methods.vae.ranges", {"wide": 3}, "ranges.wide of the method vae is 3; write it as a table"),
        ("methods.vae.corrected", 3, "corrected of the method vae is 3; write it as a table"),
        (
            "methods.vae.batch_norm_in",
            ["encodr"],
            "batch_norm_in of methods.vae: there is no network 'encodr'; did you",
        ),
        (
            "network_arguments",
            {"infogn": {"width": 8}},
            "network_arguments: there is no network 'infogn'; did you mean",
        ),
        ("scoring.settings", {"polygon": {}}, "scoring.settings: there is no metric 'polygon'; did you mean polygons"),
        ("ranges", {"wide": {"beta_1": {"choice": [[1]]}}}, "a choice is among numbers, texts, true and false"),
        ("phases.1.first_seed", 2**40, "first_seed of the phase 'seeds' is 1099511627776; it is at most 2147483647"),
    ],
)
def test_bad_specs_get_one_sentence(table, path, value, message):
    change(table, path, value)
    if value == {"mine": {}}:
        change(table, "phases.0.ranges", "mine")
    with pytest.raises(TfgenError, match=message):
        make_spec(table)


def test_a_stored_spec_is_the_same(table, tmp_path):
    spec = make_spec(table)
    path = tmp_path / "spec.toml"
    path.write_text(spec.to_toml())
    assert stored_spec(path) == spec
    assert all_trials(stored_spec(path)) == all_trials(spec)


def test_differences_name_the_keys(table):
    other = copy.deepcopy(table)
    other["datasets"]["pictures"]["steps"] = 20
    found = differences(make_spec(table).table, make_spec(other).table)
    assert found == ["datasets.pictures.steps is 10 there and 20 here"]


def test_published_figures_make_no_other_study(table):
    other = {**copy.deepcopy(table), "published": {"study": {"mnist": {"vae": [23.8, 0.6]}}}}
    assert differences(make_spec(table).table, make_spec(other).table) == []


def test_a_users_own_method_and_data(table, tmp_path):
    table["compare"].append("own")
    table["methods"]["own"] = {
        "model": {"name": "own_gan:OwnGAN"},
        "networks": table["methods"]["ns_gan"]["networks"],
        "optimizers": ["generator", "discriminator"],
        "default": {"learning_rate": 1e-3, "scale": 2.0, "networks.generator.hidden_dims": [3]},
        "ranges": {"wide": {"scale": {"choice": [4.0]}}},
    }
    path = tmp_path / "own.toml"
    path.write_text(tomli_w.dumps(table))
    spec = find_spec(str(path))
    default, drawn = (trial for trial in all_trials(spec) if trial.method == "own" and trial.phase == "search")
    assert recipe_of(spec, default).table["model"]["scale"] == 2.0
    made = recipe_of(spec, drawn).table
    assert made["model"]["scale"] == 4.0
    assert made["networks"]["generator"] == {"name": "mlp.generator", "hidden_dims": [3]}
    assert made["optimizers"]["generator"]["learning_rate"] == made["optimizers"]["discriminator"]["learning_rate"]
    assert made["optimizers"]["generator"]["learning_rate"] != 1e-3
    # What the study says of all methods is still there.
    assert made["data"] == {"name": str(tmp_path), "batch_size": 8}


def test_each_machine_may_have_its_data_elsewhere(table, tmp_path):
    (tmp_path / "moved").mkdir()
    other = copy.deepcopy(table)
    other["datasets"]["pictures"]["name"] = str(tmp_path / "moved")
    assert differences(make_spec(table).table, make_spec(other).table) == []
    other["datasets"]["pictures"]["name"] = "mnist"
    (found,) = differences(make_spec(table).table, make_spec(other).table)
    assert found.startswith("datasets.pictures.name is ")


@pytest.mark.parametrize("where", ["default", "model", "a path", "nowhere"])
def test_the_budget_is_the_discriminators_wherever_its_steps_stand(table, where):
    method = {"model": {"name": "wgan_gp"}, "default": {"learning_rate": 1e-3}}  # a model whose own k would be 5
    table["methods"]["mine"] = {**method, "networks": table["methods"]["ns_gan"]["networks"]}
    table["compare"] = ["mine"]
    if where == "a path":
        method["default"]["model.discriminator_steps"] = 2
    elif where != "nowhere":
        method[where]["discriminator_steps"] = 2
    spec = make_spec(table)
    first, *_ = all_trials(spec)
    k = 1 if where == "nowhere" else 2
    recipe = recipe_of(spec, first)
    assert (recipe.steps, recipe.table["model"]["discriminator_steps"]) == (10 // k, k)


def test_a_hyperparameter_that_nothing_takes_is_not_dropped(table):
    """The model is given it, and refuses it."""
    method = {"model": {"name": "gan"}, "default": {"learning_rate": 1e-3, "batch_norm": True}}
    table["methods"]["mine"] = {**method, "networks": table["methods"]["ns_gan"]["networks"]}
    table["compare"] = ["mine"]
    spec = make_spec(table)
    first, *_ = all_trials(spec)
    with pytest.raises(TfgenError, match="no argument 'batch_norm'"):
        build_model(recipe_of(spec, first))


def test_a_data_set_at_a_relative_path_is_found_from_anywhere(table, tmp_path, monkeypatch):
    (tmp_path / "pics").mkdir()
    monkeypatch.chdir(tmp_path)
    table["datasets"]["pictures"]["name"] = "pics"
    assert make_spec(table).datasets["pictures"]["name"] == str(tmp_path / "pics")
