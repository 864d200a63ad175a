"""A file from an address: gone on with where it broke off, cut off where it is too long, kept if its hash is right."""

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit
from urllib.request import url2pathname

import requests
import urllib3

from tfgen.zoo.partial import Partial
from tfgen.zoo.sources import address

_TIMEOUT_SECONDS = 30.0
_TRIES = 4
_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 20.0
_SLOW_SECONDS = 30.0
_FEWEST_BYTES_PER_SECOND = 1000.0
"""An answer that brings fewer on the average, once it has had the seconds above, counts as broken off."""
_BUSY = (429, 502, 503, 504)
_CHUNK_BYTES = 65_536


class FetchError(Exception):
    """Why a source did not give the file, in words that follow its address and a colon."""


class _BrokenOffError(Exception):
    """An answer after which the same source is worth another try."""

    def __init__(self, reason: str, *, again: bool = False, wait: float | None = None):
        super().__init__(reason)
        # Whether it is worth one even if it brought nothing.
        self.again = again
        self.wait = wait


def sha256(path: Path) -> str:
    """The file's SHA-256, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(url: str, path: Path, size: int, digest: str, shown: Callable[[int], None]) -> None:
    """Brings a file to `path`, from where an earlier fetch of it broke off if one did.

    The bytes go by another name until all are there and their hash is right. If the source breaks off they stay, and
    the next source or the next call goes on from them; if bytes of two answers do not make up the file, it is fetched
    once more from the start.

    Args:
        url: `https://...`, `http://...`, `hf://user/repository/path` or `file:///path`.
        path: Where the file is to be, in a folder that nobody else writes to meanwhile.
        size: Its number of bytes.
        digest: Its SHA-256.
        shown: Called with the number of bytes that are there.

    Raises:
        FetchError: If the source does not give this file.
        OSError: If it cannot be written.
    """
    partial = Partial(path)
    for _ in range(2):
        joined = _copy(url, partial, size, digest) if url.startswith("file:") else _bring(url, partial, size, shown)
        if sha256(partial.path) == digest:
            partial.complete(path)
            return
        partial.remove()
        if not joined:
            break
    raise FetchError("the file's sha256 is not the card's, so it was not kept")


def _copy(url: str, partial: Partial, size: int, digest: str) -> bool:
    try:
        place = urlsplit(url)
    except ValueError:
        place = None
    if place is None or place.netloc not in ("", "localhost"):
        raise FetchError("a folder's address has three slashes, file:///path")
    original = Path(url2pathname(place.path))
    try:
        if not original.is_file():
            raise FetchError("there is no such file")
        _check_size(original.stat().st_size, size)
        # Looked at before it is copied: bytes that came from elsewhere are not given up for a wrong file.
        if sha256(original) != digest:
            raise FetchError("the file's sha256 is not the card's, so it was not kept")
    except OSError as error:
        raise FetchError(f"it cannot be read ({error.strerror or error})") from error
    partial.begin(url, None)
    with original.open("rb") as source, partial.path.open("wb") as target:
        while chunk := _read(source):
            target.write(chunk)
    return False


def _read(source: BinaryIO) -> bytes:
    # Told from what writing raises, which is the cache's and no other source's fault.
    try:
        return source.read(_CHUNK_BYTES)
    except OSError as error:
        raise FetchError(f"it cannot be read ({error.strerror or error})") from error


def _bring(url: str, partial: Partial, size: int, shown: Callable[[int], None]) -> bool:
    """Fetches what is missing, in several tries if it breaks off; whether it was joined to what an earlier try left."""
    try:
        web = address(url)
    except ValueError as error:
        raise FetchError("no such address; write https://, http://, hf://, file:/// or a folder's path") from error
    wait = _FIRST_WAIT_SECONDS
    for tries_left in reversed(range(_TRIES)):
        before = partial.size
        if before == size:
            break
        try:
            return _receive(web, partial, size, shown)
        except _BrokenOffError as broken:
            hopeful = broken.again or partial.size > before
            if not hopeful or not tries_left or (broken.wait or 0) > _LONGEST_WAIT_SECONDS:
                raise FetchError(str(broken)) from broken
            time.sleep(wait if broken.wait is None else broken.wait)
            wait *= 2
    return True


def _receive(web: str, partial: Partial, size: int, shown: Callable[[int], None]) -> bool:
    """Asks once for what is missing and writes what comes; whether it was joined to what there was."""
    headers = {"Accept-Encoding": "identity"}
    if offset := partial.size:
        headers["Range"] = f"bytes={offset}-"
        if validator := partial.validator(web):
            headers["If-Range"] = validator
    hooks = {"response": _leave_a_redirects_body}
    try:
        response = requests.get(web, headers=headers, stream=True, timeout=_TIMEOUT_SECONDS, hooks=hooks)
    # Where an address makes no sense, requests lets errors through that are not its own.
    except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
        raise _BrokenOffError(_no_answer(error)) from error
    with response:
        joined = _begin(web, response, partial, size, offset)
        try:
            _append(response, partial, size, shown)
        except urllib3.exceptions.HTTPError as error:
            if partial.size < size:
                raise _BrokenOffError("the connection broke off") from error
    if partial.size > size:
        partial.remove()
        raise FetchError(f"it sends more than the {size:,} bytes that the card says, so it was not kept")
    if partial.size < size:
        if response.headers.get("Transfer-Encoding", "").lower() == "chunked":
            # Its end was marked, else there had been an error: no more is to come.
            there = partial.size
            partial.remove()
            _check_size(there, size)
        raise _BrokenOffError("the connection broke off")
    return joined


def _leave_a_redirects_body(response: requests.Response, **_) -> None:
    # It would be read to its end, which it need not have.
    if response.is_redirect:
        response.raw.close()


def _append(response: requests.Response, partial: Partial, size: int, shown: Callable[[int], None]) -> None:
    began, before = time.monotonic(), partial.size
    with partial.path.open("ab") as file:
        # Unlike `iter_content`, this waits for no more than there is.
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            file.write(chunk)
            there = file.tell()
            shown(there)
            if there > size:
                break
            seconds = time.monotonic() - began
            slow = seconds > _SLOW_SECONDS and there - before < seconds * _FEWEST_BYTES_PER_SECOND
            if slow and there < size:
                raise _BrokenOffError("the server sends too slowly")


def _begin(web: str, response: requests.Response, partial: Partial, size: int, offset: int) -> bool:
    """Reads an answer's head and makes the partial file what its body is to be appended to; whether it had bytes."""
    code = response.status_code
    if code in _BUSY:
        wait = _retry_after(response)
        told = f" and asks to wait {wait:,.0f} s" if wait and wait > _LONGEST_WAIT_SECONDS else ""
        raise _BrokenOffError(f"the server answered {code}{told}", again=True, wait=wait)
    if code == 206:
        part = re.match(r"bytes (\d{1,18})-\d+/(\d{1,18}|\*)$", response.headers.get("Content-Range", ""))
        if part is None or int(part[1]) != offset:
            partial.remove()
            raise _BrokenOffError("the server answered with another part of the file", again=True)
        if part[2] != "*":
            _check_size(int(part[2]), size)
        return True
    if code == 416:
        partial.remove()
        raise _BrokenOffError("the server's file ends before the part that was asked for", again=True)
    if code != 200:
        raise FetchError(f"the server answered {code}")
    length = response.headers.get("Content-Length", "")
    # That of a compressed answer is not the file's.
    if re.fullmatch(r"\d{1,18}", length) and "Content-Encoding" not in response.headers:
        _check_size(int(length), size)
    # Of a portal or a login, whatever was asked for; the bytes that there are must not be given up for it.
    elif response.headers.get("Content-Type", "").lower().startswith("text/html"):
        raise FetchError("the server answered with a web page")
    # A weak ETag does not promise the same bytes.
    etag = response.headers.get("ETag", "W/")
    partial.begin(web, None if etag.startswith("W/") else etag)
    return False


def _check_size(found: int, size: int) -> None:
    if found != size:
        raise FetchError(f"its file has {found:,} bytes, and the card says {size:,}")


def _retry_after(response: requests.Response) -> float | None:
    """The seconds that a server asks to wait, which it writes as a number or as a date."""
    try:
        return float(urllib3.Retry().parse_retry_after(response.headers["Retry-After"]))
    except (KeyError, OverflowError, ValueError, urllib3.exceptions.InvalidHeader):
        return None


def _no_answer(error: Exception) -> str:
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate cannot be trusted, or it speaks no TLS"
    if isinstance(error, requests.exceptions.ProxyError):
        return "no connection through the proxy"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    why = "it is no address, or redirects to none" if isinstance(error, ValueError) else "no answer"
    return f"{why} ({type(error).__name__})"
