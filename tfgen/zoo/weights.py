"""The file with a checkpoint's weights: from its folder, the cache or elsewhere, always with the card's sha256."""

import sys
from contextlib import AbstractContextManager
from pathlib import Path

import filelock

from tfgen.errors import CheckpointError
from tfgen.paths import tfgen_home
from tfgen.zoo.entries import WEIGHTS, Entry, not_trained
from tfgen.zoo.fetching import FetchError, fetch, sha256
from tfgen.zoo.partial import Partial
from tfgen.zoo.sources import sources, without_credentials

_PATIENCE_SECONDS = 3.0


def weights_file(entry: Entry) -> Path:
    """A local file with the entry's weights, fetched into the cache under `TFGEN_HOME` if it has to be.

    Looked for in this order: the entry's folder; the cache; the mirrors of `TFGEN_ZOO_URL`; the card's URLs.

    Raises:
        CheckpointError: If no place has the weights, or only with another sha256 than the card's.
    """
    own = entry.folder / WEIGHTS
    if entry.card is None:
        # A run's own weights: nobody has stated their hash yet.
        if own.is_file() and (entry.folder / "run.json").is_file():
            return own
        raise not_trained(entry)
    if own.is_file():
        check(own, entry.card["weights"])
        return own
    return _cached(entry)


def check(path: Path, stated: dict) -> None:
    """Compares a file with the size and the sha256 that a card states.

    Raises:
        CheckpointError: If they differ.
    """
    size = path.stat().st_size
    if size != stated["bytes"]:
        raise CheckpointError(
            f"{path} has {size:,} bytes and its card says {stated['bytes']:,}; remove the damaged file"
        )
    if sha256(path) != stated["sha256"]:
        raise CheckpointError(f"{path} is not what its card says: its sha256 differs; remove the damaged file")


def _cached(entry: Entry) -> Path:
    stated = entry.card["weights"]
    # The hash is in the path: a new release of a checkpoint never meets the old one's file.
    folder = tfgen_home() / "zoo" / entry.card["name"] / stated["sha256"][:16]
    path = folder / WEIGHTS
    try:
        if path.is_file() and sha256(path) == stated["sha256"]:
            return path
        folder.mkdir(parents=True, exist_ok=True)
        with _lock(folder / ".lock", entry.name):
            if path.is_file() and sha256(path) == stated["sha256"]:
                return path
            path.unlink(missing_ok=True)
            return _fetch(entry, path)
    except OSError as error:
        raise CheckpointError(
            f"the cache {folder} cannot be used ({error.strerror or error}); "
            "set TFGEN_HOME to a folder that you can write"
        ) from error


def _lock(path: Path, name: str) -> AbstractContextManager:
    """Waits for the lock, and says so once if that takes long."""
    lock = filelock.FileLock(path)
    try:
        return lock.acquire(timeout=_PATIENCE_SECONDS)
    except filelock.Timeout:
        print(f"another process is fetching the weights of {name}; waiting for it", file=sys.stderr)
        return lock.acquire()


def _fetch(entry: Entry, path: Path) -> Path:
    stated = entry.card["weights"]
    failures = []
    for url in sources(entry):
        progress = _Progress(stated["bytes"])
        try:
            fetch(url, path, stated["bytes"], stated["sha256"], progress.show)
            return path
        except FetchError as error:
            failures.append(f"{without_credentials(url)}: {error}")
        finally:
            progress.close()
    tried = "; ".join(failures) or "its card names no address, and TFGEN_ZOO_URL is not set"
    kept = Partial(path).size
    told = f"the next call goes on from the {kept:,} of {stated['bytes']:,} bytes that came, or " if kept else ""
    raise CheckpointError(
        f"the weights of {entry.name} could not be fetched ({tried}); {told}`tfgen train {entry.name}` trains them"
    )


class _Progress:
    """A progress bar on standard error, once bytes come."""

    def __init__(self, total: int):
        self._total = total
        self._bar = None

    def show(self, completed: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

        if self._bar is None:
            columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
            self._bar = Progress(*columns, console=Console(stderr=True))
            self._bar.start()
            self._task = self._bar.add_task("fetching weights", total=self._total)
        self._bar.update(self._task, completed=completed)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()
