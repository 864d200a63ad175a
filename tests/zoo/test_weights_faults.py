"""One source, with each fault of a web server: a sentence, no file under its name, and the next source has its turn."""

import re
from pathlib import Path

import pytest
from weights_server import CONTENT, body, chunks, getter, hang, hang_up, ranges, redirect, status

from tfgen.zoo import fetching

SIZE = len(CONTENT)
WRONG = CONTENT[::-1]
NOT_IT = "the file's sha256 is not the card's, so it was not kept"
BROKE = "the connection broke off"
TOO_LONG = "it sends more than the 50,000 bytes that the card says, so it was not kept"
LONG_NUMBER = "1" * 5_000
SOME = "what came"
PAGE, HTML = b"<html>Log in</html>", {"Content-Type": "text/html; charset=utf-8"}
NO_ADDRESS = "it is no address, or redirects to none"

# What the server answers, why it is not the file, how often it is asked, and how many bytes stay to go on from.
FAULTS = {
    "not there": (status(404), "the server answered 404", 1, 0),
    "forbidden": (status(403), "the server answered 403", 1, 0),
    "internal error": (status(500), "the server answered 500", 1, 0),
    "no content": (status(204), "the server answered 204", 1, 0),
    "busy": (status(503), "the server answered 503", 4, 0),
    "busy for an hour": (status(503, retry_after="3600"), "the server answered 503 and asks to wait 3,600 s", 1, 0),
    "hangs up": (hang_up, "no connection", 1, 0),
    "hangs": (hang(30), "no answer in time", 1, 0),
    "stops sending": (body(CONTENT, stop=20_000, pause=30), BROKE, 2, 20_000),
    "drips": (ranges(CONTENT, drip=0.2), "the server sends too slowly", 4, SOME),
    "drops, no ranges": (body(CONTENT, stop=20_000), BROKE, 2, 20_000),
    "drops ever further on": (ranges(CONTENT, stop=9_000), BROKE, 4, 36_000),
    "closes early, no length": (body(CONTENT[:20_000], length=False), BROKE, 2, 20_000),
    "lies about the length": (body(CONTENT[:20_000], stated=SIZE), BROKE, 2, 20_000),
    "a length of 5,000 digits": (body(CONTENT[:20_000], stated=LONG_NUMBER), BROKE, 2, 20_000),
    "a part of 5,000 digits": (
        ranges(CONTENT, stop=20_000, total=LONG_NUMBER),
        "the server answered with another part of the file",
        4,
        0,
    ),
    "shorter": (body(CONTENT[:20_000]), "its file has 20,000 bytes, and the card says 50,000", 1, 0),
    "shorter, in chunks": (chunks(CONTENT[:20_000]), "its file has 20,000 bytes, and the card says 50,000", 1, 0),
    "drops, in chunks": (chunks(CONTENT[:20_000], end=False), BROKE, 2, 20_000),
    "a web page": (body(PAGE, length=False, headers=HTML), "the server answered with a web page", 1, 0),
    "longer": (body(CONTENT + b"x"), "its file has 50,001 bytes, and the card says 50,000", 1, 0),
    "longer, no length": (body(CONTENT + bytes(90_000), length=False), TOO_LONG, 1, 0),
    "other bytes": (body(WRONG), NOT_IT, 1, 0),
    "other bytes, dropped": (ranges(WRONG, stop=30_000), NOT_IT, 4, 0),
    "redirects for ever": (redirect("/w"), "no answer (TooManyRedirects)", 31, 0),
    "redirects to nowhere": (redirect("http://127.0.0.1:9/w"), "no connection", 1, 0),
    "redirects to no UTF-8": (redirect("/\xff\xfe"), f"{NO_ADDRESS} (UnicodeDecodeError)", 1, 0),
    "redirects to half a bracket": (redirect("http://[::1/w"), f"{NO_ADDRESS} (ValueError)", 1, 0),
    "redirects to a long label": (redirect(f"http://{'a' * 70}.org/w"), f"{NO_ADDRESS} (LocationParseError)", 1, 0),
    "redirects to a file": (redirect("file:///w"), f"{NO_ADDRESS} (InvalidSchema)", 1, 0),
}


SHORT = {
    "hangs": {"_TIMEOUT_SECONDS": 0.5},
    "stops sending": {"_TIMEOUT_SECONDS": 1.0},
    "drips": {"_SLOW_SECONDS": 0.1},
}
"""What must be short so that a fault shows soon; the others bear a machine that is slow."""


@pytest.fixture
def get(tmp_path):
    return getter(tmp_path / "cache")


def meet(fault, server, get):
    server.answers["/w"] = FAULTS[fault][0]
    with pytest.MonkeyPatch.context() as patch:
        for name, seconds in SHORT.get(fault, {}).items():
            patch.setattr(fetching, name, seconds)
        return get(server.url("/w"))


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(server, get, fault):
    _, reason, asked, kept = FAULTS[fault]
    files, told = meet(fault, server, get)
    assert told == reason
    assert len(server.asked) == asked
    assert "w.h5" not in files
    if kept == 0:
        assert files == {}
    else:
        there = files["w.h5.partial"]
        assert CONTENT.startswith(there)
        assert 0 < len(there) < SIZE if kept == SOME else len(there) == kept


def test_the_docs_tell_of_each_fault():
    page = (Path(__file__).parents[2] / "docs" / "hosting.md").read_text()
    rows = re.findall(rf"^\| [^|]+ \| (\d+) \| ([\d,]+|{SOME}) \| (.+) \|$", page, re.MULTILINE)
    told = [(reason, int(asked), kept) for asked, kept, reason in rows]
    expected = [(reason, asked, kept if kept == SOME else f"{kept:,}") for _, reason, asked, kept in FAULTS.values()]
    assert told == expected


@pytest.mark.parametrize("fault", FAULTS)
def test_the_next_source_after_a_fault(server, get, fault):
    server.answers["/good"] = ranges(CONTENT)
    kept = meet(fault, server, get)[0].get("w.h5.partial", b"")
    assert get(server.url("/good")) == ({"w.h5": CONTENT}, None)
    assert server.parts[-1] == (f"bytes={len(kept)}-" if kept else None)
