"""A study in its folder: what is left of it is handed to a runner, and what comes back is kept."""

import itertools
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import filelock
from absl import logging

from tfgen.errors import TfgenError
from tfgen.files import atomic_path

from .progress import Progress
from .rows import score_of, untrained_row
from .spec import Phase, Spec, differences, stored_spec
from .store import FILE, Store
from .trials import Trial, all_trials, with_best
from .words import counted

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
    with held(folder):
        store = claim(spec, folder)
        trials = [trial for trial in all_trials(spec) if chosen(trial)]
        # A run may have been killed between a search and the seeds of its best.
        _forget_outdated(spec, store)
        again = {row["trial"] for row in store.rows() if retry_failed and row["status"] == "failed"}
        left = [*_without(trials, store), *(trial for trial in trials if trial.number in again)]
        if not left:
            return []
        with runner:
            print(f"checking {counted(len(left), 'trial')}, whose rows go to {folder}", flush=True)
            _check_disk(folder, runner.check(left), runner.states, len(left))
            store.remove(trial.number for trial in left if trial.number in again)
            told = Progress(_runnable(spec, left, store))
            for phase in spec.phases:
                _forget_outdated(spec, store)
                for row in _rows_of_phase(spec, phase, trials, store, runner):
                    store.add(row)
                    for path in (folder / STATES).glob(f"trial_{row['trial']}.*"):
                        path.unlink()
                    told.row(row)
        # Of a process that was killed while it wrote.
        for path in (folder / STATES).glob(".partial-*"):
            path.unlink()
        return _without(trials, store)


def open_study(folder: Path) -> tuple[Spec, Store]:
    """The spec and the rows of a study's folder.

    Raises:
        TfgenError: If it holds none.
    """
    if not _is_study(Path(folder)):
        raise TfgenError(f"there is no study in {folder}; `created_equal run --output {folder}` begins one")
    return stored_spec(Path(folder) / SPEC), Store(folder)


def _is_study(folder: Path) -> bool:
    return (folder / SPEC).is_file() and (folder / FILE).is_file()


def best_rows(rows: Iterable[dict[str, Any]], phase: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Of each data set and method, the row of a phase with the lowest score at any of its checkpoints."""
    best: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        key = row["dataset"], row["method"]
        if row["phase"] == phase and score_of(row) is not None:
            best[key] = min(best.get(key, row), row, key=lambda each: (score_of(each), each["trial"]))
    return best


def _rows_of_phase(
    spec: Spec, phase: Phase, chosen: Sequence[Trial], store: Store, runner: Any
) -> Iterable[dict[str, Any]]:
    trials = [trial for trial in _without(chosen, store) if trial.phase == phase.name]
    if phase.best_of is None:
        return runner.run(trials)
    searched = store.rows()
    waiting = _waiting(spec, phase, {row["trial"] for row in searched})
    best = best_rows(searched, phase.best_of)
    known, hopeless = [], []
    for trial in trials:
        key = trial.dataset, trial.method
        if key in waiting:
            continue
        if key in best:
            known.append(with_best(trial, best[key]["configuration"], best[key]["hyperparameters"]))
        else:
            told = f"no configuration of {phase.best_of} came to a score"
            hopeless.append(untrained_row(trial, told, "untrained"))
    if len(known) + len(hopeless) < len(trials):
        logging.info(
            "trials of %s wait for the rest of %s: merge the folders that have it, and resume",
            phase.name,
            phase.best_of,
        )
    return itertools.chain(hopeless, runner.run(known))


def _waiting(spec: Spec, phase: Phase, done: set[int]) -> set[tuple[str, str]]:
    """Data sets and methods of which a phase's search is not whole with these trials."""
    searched = (trial for trial in all_trials(spec) if trial.phase == phase.best_of)
    return {(trial.dataset, trial.method) for trial in searched if trial.number not in done}


def _runnable(spec: Spec, left: Sequence[Trial], store: Store) -> int:
    """Of how many trials that are left the search will be whole before them."""
    known = {row["trial"] for row in store.rows()} | {trial.number for trial in left}
    waiting = {phase.name: _waiting(spec, phase, known) for phase in spec.phases}
    return sum((trial.dataset, trial.method) not in waiting[trial.phase] for trial in left)


def outdated(spec: Spec, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Trials of a search's best where another configuration is the best now, as what had failed was run again."""
    found = []
    for phase in (phase for phase in spec.phases if phase.best_of is not None):
        best = best_rows(rows, phase.best_of)
        found += [
            row["trial"]
            for row in rows
            if row["phase"] == phase.name
            and (known := best.get((row["dataset"], row["method"])))
            and row["configuration"] != known["configuration"]
        ]
    return found


def _forget_outdated(spec: Spec, store: Store) -> None:
    if found := outdated(spec, store.rows()):
        logging.info("%d trials are run again: another configuration is the best of their search", len(found))
        store.remove(found)


def _without(trials: Sequence[Trial], store: Store) -> list[Trial]:
    done = {row["trial"] for row in store.rows()}
    return [trial for trial in trials if trial.number not in done]


def claim(spec: Spec, folder: Path) -> Store:
    """Makes a folder this study's, and gives its rows.

    Raises:
        TfgenError: If it is another's, of which there are rows, or its spec is of no study.
    """
    path = folder / SPEC
    if path.is_file() and not _is_study(folder):
        raise TfgenError(f"{path} is not of a study, and would be written over; choose another output folder")
    store = Store(folder)
    if path.is_file() and (found := differences(stored_spec(path).table, spec.table)) and store.rows():
        raise TfgenError(f"{folder} holds another study: {'; '.join(found[:3])}; choose another output folder")
    with atomic_path(path) as temporary:
        temporary.write_text(spec.to_toml(), encoding="utf-8")
    return store


@contextmanager
def held(folder: Path) -> Any:
    """Keeps other runs out of a study's folder, which is made.

    Raises:
        TfgenError: If one is in it, or it cannot be written.
    """
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
