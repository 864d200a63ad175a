"""Trials, one after the other, in one process that keeps what they have in common."""

import math
import platform
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from tfgen import __version__, data
from tfgen.errors import DivergenceError, TfgenError
from tfgen.evaluation.one_pass import Evaluation
from tfgen.evaluation.sources import ImageSource, ModelSource
from tfgen.training.images import training_images

from .process import device, peak_memory, reset_peak_memory
from .rows import identity, untrained
from .spec import Spec
from .training import Training
from .trials import Trial, recipe_of, scoring_steps

# What a user's spec, model or data may raise.
_FAILURES = (TfgenError, ValueError, TypeError, KeyError, OSError)


class Trainer:
    """Trains and scores the trials of a study.

    Args:
        spec: The study.
        data_dir: Where data sets are looked for first.
        states: Folder for the state of the training that runs, so that one that is killed goes on; None for none.
    """

    def __init__(self, spec: Spec, data_dir: Path | None = None, states: Path | None = None):
        self.spec = spec
        self.data_dir = data_dir
        self.states = states
        self._images: dict[str, data.ImageSet] = {}
        self._references: dict[str, ImageSource] = {}
        self._evaluation = cache(self._make_evaluation)

    def check(self, trials: Sequence[Trial]) -> int:
        """Builds each method once on each data set, and gets ready what scores need.

        Args:
            trials: Those that are to be run.

        Returns:
            How many bytes the state of the largest training takes.

        Raises:
            TfgenError: If one cannot be trained or scored as the spec says.
        """
        largest = 0
        for trial in {(trial.dataset, trial.method): trial for trial in reversed(trials)}.values():
            default = self.spec.methods[trial.method]["default"]
            try:
                training = self._training(Trial(**{**vars(trial), "hyperparameters": default, "number": -1}))
                for evaluation in training.evaluations:
                    evaluation.check(
                        ModelSource(trial.method, training.model, recipe=training.recipe), training.samples
                    )
            except _FAILURES as error:
                raise TfgenError(f"{trial.method} on {trial.dataset} cannot be trained: {_one_line(error)}") from error
            variables = [*training.model.variables]
            for optimizer, _ in training.model.optimized_variables():
                variables += optimizer.variables
            largest = max(largest, sum(4 * math.prod(variable.shape) for variable in variables))
            keras.utils.clear_session()
        return largest

    def __call__(self, trial: Trial) -> dict[str, Any]:
        """The row of a trial, in which stands too what went wrong with it."""
        began = time.perf_counter()
        reset_peak_memory()
        keras.utils.clear_session()
        status, error, training = "done", None, None
        try:
            training = self._training(trial)
            began -= sum(training.seconds.values()) - training.seconds["startup_seconds"]
            training.run()
        except DivergenceError as divergence:
            status, error = "diverged", str(divergence)
        except Exception as failure:  # Whatever a user's model or data does, the other trials go on.
            status, error = "failed", f"{type(failure).__name__}: {_one_line(failure)}"
        row = {
            **identity(trial),
            "status": status,
            "error": error,
            **_told(training),
            "seconds": round(time.perf_counter() - began, 2),
            "peak_memory_bytes": peak_memory(),
            "threads": self.spec.threads,
            "device": device(),
            "versions": {
                "tfgen": __version__,
                "tensorflow": tf.__version__,
                "keras": keras.__version__,
                "python": platform.python_version(),
            },
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        if training is not None:
            training.forget()
        return row

    def _training(self, trial: Trial) -> Training:
        recipe = recipe_of(self.spec, trial)
        if trial.dataset not in self._images:
            self._images[trial.dataset] = training_images(recipe, self.data_dir)
        scores = ("fid", *self.spec.datasets[trial.dataset].get("metrics", ()))
        evaluations = [self._evaluation(trial.dataset, scores)]
        # What only some methods have, such as a bound of the likelihood.
        if own := tuple(self.spec.methods[trial.method].get("metrics", ())):
            evaluations.append(self._evaluation(trial.dataset, own))
        return Training(
            recipe,
            scoring_steps(self.spec, trial, recipe),
            evaluations,
            self.spec.table["scoring"]["samples"],
            self._images[trial.dataset],
            self.states and self.states / f"trial_{trial.number}",
        )

    def _make_evaluation(self, dataset: str, metrics: tuple[str, ...]) -> Evaluation:
        table, scoring = self.spec.datasets[dataset], self.spec.table["scoring"]
        settings = scoring.get("settings", {})
        return Evaluation(
            metrics,
            self._reference(dataset),
            table.get("extractor", scoring.get("extractor")),
            reference_samples=scoring.get("reference_samples"),
            resizer=scoring.get("resizer"),
            quantise=scoring.get("quantise", True),
            settings={name: settings[name] for name in metrics if name in settings},
            data_dir=self.data_dir,
        )

    def _reference(self, dataset: str) -> ImageSource:
        if dataset not in self._references:
            table = self.spec.datasets[dataset]
            options = table.get("options", {})
            height, width, _ = table["image_shape"]
            split = table.get("reference", "test")
            images = data.load_images(
                table["name"], split, image_size=height if height == width else None, data_dir=self.data_dir, **options
            )
            self._references[dataset] = ImageSource(f"{table['name']}:{split}", images, table["name"], split, options)
        return self._references[dataset]


def _told(training: Training | None) -> dict[str, Any]:
    """What a row takes from a training, which may not even have been built."""
    if training is None:
        return untrained()
    found = [(each["step"], each["values"][training.score]) for each in training.scores]
    points = [{"step": step, "value": value} for step, value in found if value is not None]
    return {
        "recipe": training.recipe.table,
        "ended_at": training.updates,
        "score": training.score,
        "scores": training.scores,
        "best": min(points, key=lambda point: point["value"], default=None),
        "last": points[-1] if points else None,
        "protocol": training.protocol,
        **{key: round(value, 2) for key, value in training.seconds.items()},
    }


def _one_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
