"""The trials of a study: numbered, and each the recipe of one training."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tfgen.recipes import Recipe, make_recipe
from tfgen.recipes.assignments import assign

from .ranges import Value, configuration
from .spec import Phase, Spec

_OPTIMIZER_KEYS = ("learning_rate", "beta_1", "beta_2")


@dataclass(frozen=True)
class Trial:
    """One training.

    Attributes:
        number: Its place in the study, from 0.
        phase: Name of its phase.
        dataset: Key of the spec's `datasets`.
        method: Key of the spec's `methods`.
        configuration: Number of the configuration in its search, 0 for the method's default; None if it is the best of
            another phase and that is not known yet.
        seed: Of the training.
        hyperparameters: The configuration itself; None likewise.
    """

    number: int
    phase: str
    dataset: str
    method: str
    configuration: int | None
    seed: int
    hyperparameters: dict[str, Value] | None

    @property
    def label(self) -> str:
        """What a person calls it."""
        number = "best" if self.configuration is None else f"configuration {self.configuration}"
        return f"{self.method} on {self.dataset}, {number}, seed {self.seed}"


def all_trials(spec: Spec) -> list[Trial]:
    """The trials of a study, the same ones in the same order for the same spec."""
    return [replace(trial, number=number) for number, trial in enumerate(_unnumbered(spec))]


def with_best(trial: Trial, configuration: int, hyperparameters: Mapping[str, Value]) -> Trial:
    """A trial of the best configuration, now that it is known."""
    return replace(trial, configuration=configuration, hyperparameters=dict(hyperparameters))


def recipe_of(spec: Spec, trial: Trial) -> Recipe:
    """The recipe of a trial, whose configuration is known; its steps are those of the generator.

    Raises:
        TfgenError: If the spec's tables do not make one.
    """
    dataset, method = spec.datasets[trial.dataset], spec.methods[trial.method]
    values = dict(trial.hyperparameters)
    model = {
        **copy.deepcopy(method["model"]),
        "image_shape": list(dataset["image_shape"]),
        "latent_dim": spec.table["latent_dim"],
    }
    # Of whatever has a generator, the updates of the discriminator are what is budgeted, whatever its class would take.
    if "generator" in method["networks"]:
        model.setdefault("discriminator_steps", 1)
    networks = {role: _network(spec, entry) for role, entry in method["networks"].items()}
    if "batch_norm" in values and "batch_norm_in" in method:
        batch_norm = values.pop("batch_norm")
        for role in method["batch_norm_in"]:
            networks[role]["batch_norm"] = batch_norm
    optimizer = {**spec.table["optimizer"], **{key: values.pop(key) for key in _OPTIMIZER_KEYS if key in values}}
    table: dict[str, Any] = {
        "description": f"{spec.title}: trial {trial.number}, {trial.label}",
        "seed": trial.seed,
        "data": {"name": dataset["name"], "batch_size": spec.table["batch_size"], **dataset.get("options", {})},
        "model": model,
        "networks": networks,
    }
    if players := method.get("optimizers"):
        table["optimizers"] = {player: dict(optimizer) for player in players}
    else:
        table["optimizer"] = optimizer
    if "compile" in spec.table:
        table["compile"] = dict(spec.table["compile"])
    for key, value in values.items():
        assign(table, key if "." in key else f"model.{key}", value)
    table["steps"] = max(1, dataset["steps"] // table["model"].get("discriminator_steps", 1))
    return make_recipe(f"trial_{trial.number}", table)


def scoring_steps(spec: Spec, trial: Trial, recipe: Recipe) -> list[int]:
    """The steps of a recipe after which its model is scored: every `score_every` of the discriminator's, and the last.

    One that the last follows within a tenth of that is left out.
    """
    k = recipe.table["model"].get("discriminator_steps", 1)
    every = spec.datasets[trial.dataset]["score_every"]
    steps = {-(-updates // k) for updates in range(every, recipe.steps * k, every)}
    return sorted({*(step for step in steps if (recipe.steps - step) * k > every / 10), recipe.steps})


def _unnumbered(spec: Spec) -> Iterator[Trial]:
    for phase in spec.phases:
        for dataset in phase.datasets:
            for method in spec.methods:
                for index in range(phase.configurations):
                    found = _configuration(spec, phase, method, index)
                    for seed in range(phase.first_seed, phase.first_seed + phase.seeds):
                        yield Trial(0, phase.name, dataset, method, None if found is None else index, seed, found)


def _configuration(spec: Spec, phase: Phase, method: str, index: int) -> dict[str, Value] | None:
    """The same on every data set, as the study drew them."""
    if phase.ranges is None:
        return None
    stream = f"{phase.ranges}/{method}"
    return configuration(
        spec.ranges(phase, method), spec.methods[method]["default"], index, seed=spec.seed, stream=stream
    )


def _network(spec: Spec, entry: Any) -> dict[str, Any]:
    own = copy.deepcopy(entry) if isinstance(entry, dict) else {"name": entry}
    shared = spec.table.get("network_arguments", {}).get(str(own.get("name")).partition(".")[0], {})
    return {**shared, **own}
