"""A study in its folder: what is left of it is handed to a runner, and what comes back is kept."""

import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import filelock
from absl import logging

from tfgen.errors import TfgenError
from tfgen.files import atomic_path

from .rows import failed_row, outcome
from .spec import Phase, Spec, differences, stored_spec
from .store import Store
from .trials import Trial, all_trials, with_best

SPEC = "spec.toml"
STATES = "states"

# What a row takes on disk, generously, and what the exports and the report do.
_BYTES_OF_ROW = 20_000
_BYTES_OF_REPORT = 20_000_000


def run_study(
    spec: Spec,
    folder: Path,
    runner: AbstractContextManager,
    *,
    chosen: Callable[[Trial], bool] = lambda trial: True,
    retry_failed: bool = False,
) -> list[Trial]:
    """Runs the trials of a study that have no row yet.

    Args:
        spec: The study.
        folder: Its folder, which is made; one that holds another study is refused.
        runner: What runs trials, a context manager with `check` and `run`, and `states`, how many states of trainings
            it keeps in the folder at once.
        chosen: Which trials are to be run.
        retry_failed: Whether to run those again that failed.

    Returns:
        The chosen trials that still have no row, as they are the best of a search that is not whole yet.

    Raises:
        TfgenError: Before anything is trained, if the study cannot be, or if another process runs it.
    """
    folder = Path(folder)
    with _held(folder):
        _claim(spec, folder)
        store = Store(folder)
        if retry_failed:
            store.remove(row["trial"] for row in store.rows() if row["status"] == "failed")
        trials = [trial for trial in all_trials(spec) if chosen(trial)]
        left = _without(trials, store)
        if not left:
            return []
        states = folder / STATES
        for path in states.glob(".partial-*"):
            path.unlink()
        with runner:
            print(f"checking {len(left):,} trials", flush=True)
            _check_disk(folder, runner.check(left), runner.states, len(left))
            told = _Progress(len(left))
            for phase in spec.phases:
                _forget_outdated(spec, store)
                for row in _rows_of_phase(spec, phase, trials, store, runner):
                    store.add(row)
                    for path in states.glob(f"trial_{row['trial']}.*"):
                        path.unlink()
                    told.row(row)
        return _without(trials, store)


def open_study(folder: Path) -> tuple[Spec, Store]:
    """The spec and the rows of a study's folder.

    Raises:
        TfgenError: If it holds none.
    """
    if not (Path(folder) / SPEC).is_file():
        raise TfgenError(f"there is no study in {folder}; `created_equal run --output {folder}` begins one")
    return stored_spec(Path(folder) / SPEC), Store(folder)


def merge_studies(folders: Sequence[Path], output: Path) -> int:
    """Puts the rows of folders, which ran parts of one study, into one folder.

    Of a trial that several have, one that did not fail is kept, and of those the first.

    Returns:
        How many rows the folder has now.

    Raises:
        TfgenError: If they hold different studies.
    """
    spec, _ = open_study(folders[0])
    best: dict[int, dict[str, Any]] = {}
    for folder in folders:
        other, store = open_study(folder)
        if found := differences(spec.table, other.table):
            raise TfgenError(f"{folders[0]} and {folder} hold different studies: {found[0]}")
        for row in store.rows():
            known = best.setdefault(row["trial"], row)
            if known["status"] == "failed":
                best[row["trial"]] = row
            elif row["status"] != "failed" and outcome(row) != outcome(known):
                logging.warning("trial %d has another outcome in %s; the first is kept", row["trial"], folder)
    output = Path(output)
    with _held(output):
        _claim(spec, output)
        merged = Store(output)
        merged.remove(row["trial"] for row in merged.rows() if row["status"] == "failed")
        for row in best.values():
            merged.add(row)
        _forget_outdated(spec, merged)
        return len(merged.rows())


def best_rows(rows: Iterable[dict[str, Any]], phase: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Of each data set and method, the row of a phase with the lowest score at any of its checkpoints."""
    best: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        key = row["dataset"], row["method"]
        if row["phase"] == phase and row["best"] is not None:
            best[key] = min(best.get(key, row), row, key=lambda each: (each["best"]["value"], each["trial"]))
    return best


def _rows_of_phase(
    spec: Spec, phase: Phase, chosen: Sequence[Trial], store: Store, runner: Any
) -> Iterable[dict[str, Any]]:
    trials = [trial for trial in _without(chosen, store) if trial.phase == phase.name]
    if phase.best_of is None:
        return runner.run(trials)
    searched = store.rows()
    done = {row["trial"] for row in searched}
    waiting = {
        (trial.dataset, trial.method)
        for trial in all_trials(spec)
        if trial.phase == phase.best_of and trial.number not in done
    }
    best = best_rows(searched, phase.best_of)
    known, hopeless = [], []
    for trial in trials:
        key = trial.dataset, trial.method
        if key in waiting:
            continue
        if key in best:
            known.append(with_best(trial, best[key]["configuration"], best[key]["hyperparameters"]))
        else:
            hopeless.append(failed_row(trial, f"no configuration of {phase.best_of} came to a score"))
    if waiting and trials:
        logging.info(
            "%s waits for the rest of %s; merge the folders that hold it, and resume", phase.name, phase.best_of
        )
    return [*hopeless, *runner.run(known)] if hopeless else runner.run(known)


def _forget_outdated(spec: Spec, store: Store) -> None:
    """Removes rows of a search's best where another configuration is the best now, as what had failed was run again."""
    rows = store.rows()
    for phase in spec.phases:
        if phase.best_of is None:
            continue
        best = best_rows(rows, phase.best_of)
        outdated = [
            row["trial"]
            for row in rows
            if row["phase"] == phase.name
            and (known := best.get((row["dataset"], row["method"])))
            and row["configuration"] != known["configuration"]
        ]
        if outdated:
            logging.info("%d trials of %s are run again: another configuration is the best", len(outdated), phase.name)
            store.remove(outdated)


def _without(trials: Sequence[Trial], store: Store) -> list[Trial]:
    done = {row["trial"] for row in store.rows()}
    return [trial for trial in trials if trial.number not in done]


def _claim(spec: Spec, folder: Path) -> None:
    path = folder / SPEC
    if path.is_file():
        if found := differences(stored_spec(path).table, spec.table):
            raise TfgenError(f"{folder} holds another study: {'; '.join(found[:3])}; choose another output folder")
        return
    with atomic_path(path) as temporary:
        temporary.write_text(spec.to_toml(), encoding="utf-8")


@contextmanager
def _held(folder: Path) -> Any:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / ".lock", timeout=0)
        lock.acquire()
    except filelock.Timeout as error:
        raise TfgenError(f"{folder} is in use by another run; wait for it or choose another output folder") from error
    except OSError as error:
        raise TfgenError(f"{folder} cannot be written ({error.strerror}); choose another output folder") from error
    try:
        yield
    finally:
        lock.release()


def _check_disk(folder: Path, state_bytes: int, states: int, trials: int) -> None:
    # A state is replaced by one beside it.
    needed = 2 * state_bytes * states + _BYTES_OF_ROW * trials + _BYTES_OF_REPORT
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise TfgenError(
            f"{folder} has {free / 1e6:,.0f} MB free and the study needs {needed / 1e6:,.0f}; make room, or choose "
            "another output folder"
        )


class _Progress:
    """A line for each finished trial, with the time that is left."""

    def __init__(self, total: int):
        self.total = total
        self.done = 0
        self.began = time.monotonic()

    def row(self, row: dict[str, Any]) -> None:
        self.done += 1
        left = (time.monotonic() - self.began) / self.done * (self.total - self.done)
        best = row["best"]
        found = f"{row['score']} {best['value']:.4g} at {best['step']:,}" if best else "no score"
        ended = "" if row["status"] == "done" else f", {row['status']} at {row['ended_at']:,}"
        number = "best" if row["configuration"] is None else f"configuration {row['configuration']}"
        print(
            f"[{self.done}/{self.total}] {row['method']} on {row['dataset']}, {number}, seed {row['seed']}: "
            f"{found}{ended}; {row.get('seconds', 0):.0f} s, about {left / 60:.0f} min left",
            flush=True,
        )
