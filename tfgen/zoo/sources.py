"""Where a checkpoint's weights may be had: the mirrors of `TFGEN_ZOO_URL`, then the card's URLs."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from tfgen.zoo.entries import WEIGHTS, Entry

HUB = "hf://([^/]+)/([^/]+)(?:/(.+))?"
"""A repository of the Hugging Face Hub, or something in it: `hf://user/repository[/path]`."""


def sources(entry: Entry) -> Iterator[str]:
    """The URLs to try for an entry's weights, in order.

    `TFGEN_ZOO_URL` names mirrors with blanks between: `https://...`, `http://...`, `hf://user/repository`, or a folder
    as `file:///...` or as a path. A mirror holds each checkpoint in a folder of its name; `hf://user` alone stands for
    a repository of each checkpoint's name.
    """
    for mirror in os.environ.get("TFGEN_ZOO_URL", "").split():
        if "://" not in mirror:
            mirror = Path(os.path.expanduser(mirror)).absolute().as_uri()  # noqa: PTH111 - Path's raises of no such user
        yield f"{mirror.rstrip('/')}/{entry.card['name']}/{WEIGHTS}"
    yield from entry.card["weights"].get("urls", ())


def address(url: str) -> str:
    """The web address that a URL of weights stands for.

    Raises:
        ValueError: If it is neither `http[s]://...` nor `hf://user/repository/path`.
    """
    if (hub := re.fullmatch(HUB, url)) and hub[3]:
        return f"{hub_endpoint()}/{hub[1]}/{hub[2]}/resolve/main/{hub[3]}"
    if not re.match("https?://[^/]", url):
        raise ValueError(
            f"{without_credentials(url)} is no address of weights; write https://... or hf://user/repository/path"
        )
    return url


def without_credentials(url: str) -> str:
    """The URL as it may be shown and stored: without the name and password that can stand before its host."""
    return re.sub("(?<=://)[^/?#]*@", "", url, count=1)


def hub_endpoint() -> str:
    """Where the Hugging Face Hub is: the environment's `HF_ENDPOINT`, as its own library has it, else its home."""
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")
