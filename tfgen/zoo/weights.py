"""The file with a checkpoint's weights: from its folder, the cache or the net, always with the card's sha256."""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import filelock
import pooch
import requests

from tfgen.errors import CheckpointError
from tfgen.paths import tfgen_home
from tfgen.zoo.entries import WEIGHTS, Entry, not_trained

_TIMEOUT_SECONDS = 30


def weights_file(entry: Entry) -> Path:
    """A local file with the entry's weights, fetched into the cache under `TFGEN_HOME` if it has to be.

    Looked for in this order: the entry's folder; the cache; the mirror `TFGEN_ZOO_URL`; the card's URLs, of which
    `hf://user/repository/path` means that file on the Hugging Face Hub.

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


def sha256(path: Path) -> str:
    """The file's SHA-256, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sources(entry: Entry) -> Iterator[str]:
    """The URLs to try for an entry's weights, in order."""
    if mirror := os.environ.get("TFGEN_ZOO_URL"):
        yield f"{mirror.rstrip('/')}/{entry.card['name']}/{WEIGHTS}"
    yield from map(address, entry.card["weights"].get("urls", ()))


def address(url: str) -> str:
    """The web address that a card's URL stands for.

    Raises:
        ValueError: If it is neither `http[s]://...` nor `hf://user/repository/path`.
    """
    if hub := re.fullmatch("hf://([^/]+)/([^/]+)/(.+)", url):
        return "https://huggingface.co/{}/{}/resolve/main/{}".format(*hub.groups())
    if not re.match("https?://[^/]", url):
        raise ValueError(f"{url} is no address of weights; write https://... or hf://user/repository/path")
    return url


def _cached(entry: Entry) -> Path:
    stated = entry.card["weights"]
    # The hash is in the path: a new release of a checkpoint never meets the old one's file.
    folder = tfgen_home() / "zoo" / entry.card["name"] / stated["sha256"][:16]
    path = folder / WEIGHTS
    try:
        if path.is_file() and sha256(path) == stated["sha256"]:
            return path
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / ".lock"):
            if path.is_file() and sha256(path) == stated["sha256"]:
                return path
            path.unlink(missing_ok=True)
            return _fetch(entry, path)
    except OSError as error:
        raise CheckpointError(
            f"the cache {folder} cannot be used ({error.strerror or error}); "
            "set TFGEN_HOME to a folder that you can write"
        ) from error


def _fetch(entry: Entry, path: Path) -> Path:
    # It would tell what the progress bar shows.
    pooch.get_logger().setLevel("WARNING")
    failures = []
    for url in sources(entry):
        progress = _Progress()
        try:
            pooch.retrieve(
                url,
                known_hash=f"sha256:{entry.card['weights']['sha256']}",
                path=path.parent,
                fname=path.name,
                downloader=pooch.HTTPDownloader(progressbar=progress, timeout=_TIMEOUT_SECONDS),
            )
            return path
        except requests.RequestException as error:
            failures.append(f"{url}: {_reason(error)}")
        except ValueError:
            failures.append(f"{url}: the file's sha256 is not the card's, so it was not kept")
        finally:
            progress.close()
    tried = "; ".join(failures) or "its card names no address, and TFGEN_ZOO_URL is not set"
    raise CheckpointError(
        f"the weights of {entry.name} could not be fetched ({tried}); `tfgen train {entry.name}` trains them"
    )


def _reason(error: requests.RequestException) -> str:
    if error.response is not None:
        return f"the server answered {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off"
    return "no connection" if isinstance(error, requests.ConnectionError) else type(error).__name__


class _Progress:
    """The progress bar that pooch calls, drawn by rich on standard error."""

    def __init__(self):
        self.total = 0
        self._bar = None

    def update(self, amount: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

        if self._bar is None:
            columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
            self._bar = Progress(*columns, console=Console(stderr=True))
            self._bar.start()
            self._task = self._bar.add_task("fetching weights", total=self.total)
        self._bar.update(self._task, advance=amount)

    def reset(self) -> None:
        """Back to nothing: pooch tells the whole amount once more at the end."""
        if self._bar is not None:
            self._bar.update(self._task, completed=0)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()
