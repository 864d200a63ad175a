"""One trial: its row, its end, and what a kill leaves of it."""

from dataclasses import replace

import keras
import pytest
from tiny_study import tiny_study, tiny_table

from benchmarks.created_equal import training
from benchmarks.created_equal.rows import outcome
from benchmarks.created_equal.spec import make_spec
from benchmarks.created_equal.trainer import Trainer
from benchmarks.created_equal.training import Training
from benchmarks.created_equal.trials import all_trials, recipe_of
from tfgen.errors import DivergenceError, TfgenError
from tfgen.evaluation import evaluate
from tfgen.evaluation.sources import ModelSource
from tfgen.recipes.build import build_model, compile_model
from tfgen.training.images import training_batches, training_images


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    spec = tiny_study(tmp_path_factory.mktemp("pictures"))
    return spec, {(trial.method, trial.configuration): trial for trial in all_trials(spec) if trial.phase == "search"}


@pytest.fixture(scope="module")
def trainer(study):
    return Trainer(study[0])


@pytest.fixture(scope="module")
def row(study, trainer):
    return trainer(study[1]["vae", 1])


def test_a_row_tells_all(study, row):
    trial = study[1]["vae", 1]
    assert (row["status"], row["error"], row["ended_at"]) == ("done", None, 10)
    assert row["hyperparameters"] == trial.hyperparameters
    assert row["recipe"] == recipe_of(study[0], trial).table
    assert [each["step"] for each in row["scores"]] == [5, 10]
    values = [each["values"]["FID[mnist_classifier]"] for each in row["scores"]]
    assert row["best"]["value"] == min(values)
    assert row["last"] == {"step": 10, "value": values[-1]}
    assert row["protocol"]["reference"]["images"] == 32
    assert row["protocol"]["extractor"]["name"] == "mnist_classifier"
    assert row["peak_memory_bytes"] > 2**26
    parts = sum(row[key] for key in ("startup_seconds", "training_seconds", "scoring_seconds"))
    assert 0 < parts <= row["seconds"] + 0.05
    assert set(row["versions"]) == {"tfgen", "tfgen sources", "tensorflow", "keras", "numpy", "scipy", "python"}
    assert len(row["versions"]["tfgen sources"]) == 12


def test_the_same_trial_gives_the_same_row(study, trainer, row):
    # Another trial in between changes nothing.
    trainer(study[1]["ns_gan", 0])
    assert outcome(trainer(study[1]["vae", 1])) == outcome(row)


def test_a_trial_is_what_its_recipe_trains(study, row):
    """The weights' way is that of a plain fit."""
    recipe = recipe_of(study[0], study[1]["vae", 1])
    keras.utils.set_random_seed(recipe.seed)
    model = build_model(recipe)
    compile_model(recipe, model)
    model.fit(training_batches(recipe, model, training_images(recipe, None)), steps_per_epoch=10, verbose=0)
    name = recipe.table["data"]["name"]
    (found,) = evaluate(
        ModelSource("x", model), f"{name}:test", ["fid"], samples=32, reference_samples=32, extractor="mnist_classifier"
    )
    assert found.value == pytest.approx(row["last"]["value"], rel=1e-4)


def test_a_divergence_is_an_end(study, trainer):
    trial = study[1]["ns_gan", 0]
    found = trainer(replace(trial, hyperparameters={**trial.hyperparameters, "learning_rate": 1e38}))
    assert found["status"] == "diverged"
    assert "diverged at step" in found["error"]
    assert 0 < found["ended_at"] < 10
    assert found["best"] is None


def test_what_only_this_method_has_takes_no_score_away(study, trainer, row, monkeypatch):
    """As a bound of the likelihood, which may be infinite where the samples are not."""

    def infinite(*_):
        raise DivergenceError("not finite for an image")

    plain = trainer._training

    def with_another(*arguments):
        made = plain(*arguments)
        made.evaluations.append(infinite)
        return made

    monkeypatch.setattr(trainer, "_training", with_another)
    found = trainer(study[1]["vae", 1])
    assert (found["status"], found["error"], found["ended_at"]) == ("diverged", "not finite for an image", 5)
    assert found["best"] == {"step": 5, "value": row["scores"][0]["values"]["FID[mnist_classifier]"]}


def test_a_failure_is_told_and_the_next_trial_runs(study, row, tmp_path):
    table = tiny_table(tmp_path)
    table["datasets"] = study[0].datasets
    table["methods"]["ns_gan"]["model"] = {"name": "own_gan:BrokenGAN"}
    spec = make_spec(table)
    trainer = Trainer(spec)
    first, *_ = all_trials(spec)
    found = trainer(first)
    assert (found["status"], found["error"]) == ("failed", "ArithmeticError: not today")
    later = next(trial for trial in all_trials(spec) if (trial.method, trial.configuration) == ("vae", 1))
    assert outcome(trainer(later))["scores"] == row["scores"]


@pytest.mark.parametrize("method", ["vae", "ns_gan"])
def test_a_killed_training_goes_on_with_the_same_bits(study, trainer, tmp_path, monkeypatch, method):
    monkeypatch.setattr(trainer, "seconds_between_states", 0.0)
    monkeypatch.setattr(trainer, "states", tmp_path)
    trial = study[1][method, 1]
    undisturbed = trainer(trial)
    for path in tmp_path.iterdir():
        path.unlink()

    class Killed(BaseException):
        pass

    class KilledTraining(Training):
        def _save(self):
            super()._save()
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("benchmarks.created_equal.trainer.Training", KilledTraining)
        with pytest.raises(Killed):
            trainer(trial)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".npz"]
    fits = []
    plain = Training._fit
    monkeypatch.setattr(Training, "_fit", lambda self, steps: (fits.append(steps), plain(self, steps)))
    resumed = trainer(trial)
    assert outcome(resumed) == outcome(undisturbed)
    assert len(fits) == 1
    parts = sum(resumed[key] for key in ("startup_seconds", "training_seconds", "scoring_seconds"))
    assert parts <= resumed["seconds"] + 0.05


@pytest.fixture
def half(study, trainer, tmp_path, monkeypatch):
    """A training after its first checkpoint, whose state is kept."""
    monkeypatch.setattr(trainer, "seconds_between_states", 0.0)
    monkeypatch.setattr(trainer, "states", tmp_path)
    trial = study[1]["vae", 1]
    begun = trainer._training(trial, tmp_path / f"trial_{trial.number}.json")
    begun._fit(5)
    begun._score()
    begun._save()
    return begun


def test_a_kill_while_a_state_is_written_leaves_the_one_before(study, trainer, row, half, tmp_path, monkeypatch):
    half._fit(3)
    with monkeypatch.context() as patch:
        patch.setattr(training.json, "dumps", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            half._save()
    assert len(list(tmp_path.glob("*.npz"))) == 2
    fits = []
    plain = Training._fit
    monkeypatch.setattr(Training, "_fit", lambda self, steps: (fits.append(steps), plain(self, steps)))
    assert outcome(trainer(study[1]["vae", 1])) == outcome(row)
    assert fits == [5]


@pytest.mark.parametrize("damage", ["no weights", "cut weights", "no JSON", "other versions"])
def test_a_damaged_state_begins_anew(study, trainer, row, half, damage):
    (weights,) = half.state.parent.glob("*.npz")
    if damage == "no weights":
        weights.unlink()
    elif damage == "cut weights":
        weights.write_bytes(weights.read_bytes()[:-200])
    elif damage == "no JSON":
        half.state.write_text("{")
    else:
        half.state.write_text(half.state.read_text().replace('"tfgen": "', '"tfgen": "0.0.'))
    assert outcome(trainer(study[1]["vae", 1])) == outcome(row)


def test_a_state_that_cannot_be_kept_changes_no_row(study, trainer, row, tmp_path, monkeypatch):
    monkeypatch.setattr(trainer, "seconds_between_states", 0.0)
    monkeypatch.setattr(trainer, "states", tmp_path)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tfgen.callbacks.checkpoint.np.savez", full)
    assert outcome(trainer(study[1]["vae", 1])) == outcome(row)


class TestCheck:
    def test_gives_the_size_of_the_largest_state(self, study, trainer):
        size = trainer.check(list(study[1].values()))
        built = trainer._training(study[1]["ns_gan", 0], None).model
        weights = 4 * sum(variable.numpy().size for variable in built.trainable_variables)
        assert 3 * weights <= size < 10 * weights + 1000

    @pytest.mark.parametrize(
        ("method", "message"),
        [
            ({"model": {"name": "own_gan:NoGAN"}}, "own_gan:NoGAN is no model of tfgen; name a subclass"),
            ({"model": {"name": "own_gan:Nobody"}}, "cannot be imported"),
            ({"model": {"name": "no_such_module:GAN"}}, "cannot be imported .*No module named 'no_such_module'"),
            ({"model": {"name": "gann"}}, "no model 'gann'; did you mean"),
            ({"networks": {"generator": "mlp.generator"}}, "takes the networks generator, discriminator"),
            ({"default": {"learning_rate": 1e-3, "clip": 1.0}}, "no argument 'clip'"),
            ({"model": {"name": "own_gan:UnbuiltGAN"}}, "list index out of range"),
            ({"model": {"name": "own_gan:BrokenGAN"}}, "not today"),
        ],
    )
    def test_names_what_cannot_be_trained(self, study, tmp_path, method, message):
        table = tiny_table(tmp_path)
        table["datasets"] = study[0].datasets
        table["methods"]["ns_gan"] = {**table["methods"]["ns_gan"], **method}
        spec = make_spec(table)
        if "networks" in method:
            spec.methods["ns_gan"]["networks"] = method["networks"]
        if "default" in method:
            spec.methods["ns_gan"]["default"] = method["default"]
        with pytest.raises(TfgenError, match=f"ns_gan on pictures cannot be trained: .*{message}"):
            Trainer(spec).check(all_trials(spec))

    def test_names_steps_at_once_that_pass_a_checkpoint(self, study, tmp_path):
        """Keras would make whole executions alone: more updates than others have."""
        table = {**tiny_table(tmp_path), "datasets": study[0].datasets, "compile": {"steps_per_execution": 4}}
        spec = make_spec(table)
        with pytest.raises(TfgenError, match="steps_per_execution of compile is 4, and 5 steps lie between two scores"):
            Trainer(spec).check(all_trials(spec))

    def test_names_data_that_is_not_there(self, tmp_path):
        table = tiny_table(tmp_path / "nowhere")
        spec = make_spec(table)
        with pytest.raises(TfgenError, match="no folder or zip of images is at that path"):
            Trainer(spec).check(all_trials(spec))
