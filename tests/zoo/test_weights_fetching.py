"""One source, with each fault of a web server: the file or a sentence, and never other bytes under its name."""

import email.utils
import hashlib
import itertools
import re
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from weights_server import CONTENT, body, hang, hang_up, in_turn, ranges, redirect, status

from tfgen.zoo import fetching
from tfgen.zoo.fetching import FetchError, fetch

SIZE = len(CONTENT)
WRONG = CONTENT[::-1]
NOT_IT = "the file's sha256 is not the card's, so it was not kept"
BROKE = "the connection broke off"
TOO_LONG = "it sends more than the 50,000 bytes that the card says, so it was not kept"


@pytest.fixture
def get(tmp_path):
    """Fetches the content from an address: the files that are there afterwards, and the reason if it failed."""

    def get(url, shown=lambda completed: None):
        reason = None
        try:
            fetch(url, tmp_path / "cache" / "w.h5", SIZE, hashlib.sha256(CONTENT).hexdigest(), shown)
        except FetchError as error:
            reason = str(error)
        return {path.name: path.read_bytes() for path in (tmp_path / "cache").iterdir()}, reason

    (tmp_path / "cache").mkdir()
    return get


WHOLE = {"w.h5": CONTENT}

# What the server answers, why it is not the file, how often it is asked, and how many bytes stay to go on from.
FAULTS = {
    "not there": (status(404), "the server answered 404", 1, 0),
    "forbidden": (status(403), "the server answered 403", 1, 0),
    "internal error": (status(500), "the server answered 500", 1, 0),
    "no content": (status(204), "the server answered 204", 1, 0),
    "busy": (status(503), "the server answered 503", 4, 0),
    "busy for an hour": (status(503, retry_after="3600"), "the server answered 503 and asks to wait 3,600 s", 1, 0),
    "hangs up": (hang_up, "no connection", 1, 0),
    "hangs": (hang(0.6), "no answer in time", 1, 0),
    "stops sending": (body(CONTENT, stop=20_000, pause=0.6), BROKE, 2, 16_384),
    "drops, no ranges": (body(CONTENT, stop=20_000), BROKE, 2, 20_000),
    "drops ever further on": (ranges(CONTENT, stop=9_000), BROKE, 4, 36_000),
    "closes early, no length": (body(CONTENT[:20_000], length=False), BROKE, 2, 20_000),
    "lies about the length": (body(CONTENT[:20_000], stated=SIZE), BROKE, 2, 20_000),
    "shorter": (body(CONTENT[:20_000]), "its file has 20,000 bytes, and the card says 50,000", 1, 0),
    "longer": (body(CONTENT + b"x"), "its file has 50,001 bytes, and the card says 50,000", 1, 0),
    "longer, no length": (body(CONTENT + bytes(90_000), length=False), TOO_LONG, 1, 0),
    "other bytes": (body(WRONG), NOT_IT, 1, 0),
    "other bytes, dropped": (ranges(WRONG, stop=30_000), NOT_IT, 4, 0),
    "redirects for ever": (redirect("/w"), "no answer (TooManyRedirects)", 31, 0),
    "redirects to nowhere": (redirect("http://127.0.0.1:9/w"), "no connection", 1, 0),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(server, get, monkeypatch, fault):
    monkeypatch.setattr(fetching, "_TIMEOUT_SECONDS", 0.3)
    server.answers["/w"], reason, asked, kept = FAULTS[fault]
    files, told = get(server.url("/w"))
    assert told == reason
    assert len(server.asked) == asked
    assert "w.h5" not in files
    if kept:
        assert CONTENT.startswith(files["w.h5.partial"])
        # Less than one chunk of what came is lost.
        assert kept - fetching._CHUNK_BYTES < len(files["w.h5.partial"]) <= kept
    else:
        assert files == {}


def test_the_docs_tell_of_each_fault():
    page = (Path(__file__).parents[2] / "docs" / "hosting.md").read_text()
    rows = re.findall(r"^\| [^|]+ \| (\d+) \| ([\d,]+) \| (.+) \|$", page, re.MULTILINE)
    told = [(reason, int(asked), kept != "0") for asked, kept, reason in rows]
    assert told == [(reason, asked, kept > 0) for _, reason, asked, kept in FAULTS.values()]


@pytest.mark.parametrize("fault", FAULTS)
def test_the_next_source_after_a_fault(server, get, monkeypatch, fault):
    monkeypatch.setattr(fetching, "_TIMEOUT_SECONDS", 0.3)
    server.answers.update({"/w": FAULTS[fault][0], "/good": ranges(CONTENT)})
    kept = get(server.url("/w"))[0].get("w.h5.partial", b"")
    assert get(server.url("/good")) == (WHOLE, None)
    assert server.parts[-1] == (f"bytes={len(kept)}-" if kept else None)


@pytest.mark.parametrize("etag", ['"a"', 'W/"a"', None])
def test_goes_on_where_the_connection_dropped(server, get, etag):
    server.answers["/w"] = in_turn(ranges(CONTENT, etag, stop=20_000), ranges(CONTENT, etag))
    seen = []
    assert get(server.url("/w"), seen.append) == (WHOLE, None)
    first, second = server.parts
    assert first is None
    start = int(second.removeprefix("bytes=").removesuffix("-"))
    assert 20_000 - fetching._CHUNK_BYTES < start <= 20_000
    # The bar goes on too.
    assert all(before < after for before, after in itertools.pairwise(seen))
    assert seen[-1] == SIZE


def test_a_server_without_ranges_sends_it_from_the_start(server, get):
    server.answers["/w"] = in_turn(body(CONTENT, stop=20_000), body(CONTENT))
    assert get(server.url("/w")) == (WHOLE, None)
    assert len(server.asked) == 2


def test_a_later_call_goes_on(server, get):
    server.answers["/w"] = in_turn(ranges(CONTENT, stop=20_000), status(404), ranges(CONTENT))
    files, reason = get(server.url("/w"))
    assert reason == "the server answered 404"
    assert get(server.url("/w")) == (WHOLE, None)
    assert server.parts == [None, *[f"bytes={len(files['w.h5.partial'])}-"] * 2]


def test_a_file_that_changed_comes_from_the_start(server, get):
    old, new = ranges(WRONG, '"old"', stop=20_000), ranges(CONTENT, '"new"')
    server.answers["/w"] = in_turn(old, new)
    assert get(server.url("/w")) == (WHOLE, None)
    # By its ETag, the server sends the whole new file at once.
    assert len(server.asked) == 2


def test_a_file_that_changed_without_an_etag_is_fetched_once_more(server, get):
    server.answers["/w"] = in_turn(ranges(WRONG, stop=20_000), ranges(CONTENT))
    assert get(server.url("/w")) == (WHOLE, None)
    assert [part is None for part in server.parts] == [True, False, True]


def test_the_beginning_of_another_sources_file_does_no_harm(server, get):
    server.answers.update({"/wrong": ranges(WRONG, '"a"', stop=20_000), "/w": ranges(CONTENT, '"a"')})
    server.answers["/wrong"] = in_turn(server.answers["/wrong"], hang_up)
    assert get(server.url("/wrong"))[1] == "no connection"
    assert get(server.url("/w")) == (WHOLE, None)


@pytest.mark.parametrize(
    "bad", [ranges(CONTENT, shift=3), ranges(CONTENT[:10_000])], ids=["another part", "of a shorter file"]
)
def test_a_part_that_does_not_fit_makes_it_start_anew(server, get, bad):
    server.answers["/w"] = in_turn(ranges(CONTENT, stop=20_000), bad, body(CONTENT))
    assert get(server.url("/w")) == (WHOLE, None)
    assert [part is None for part in server.parts] == [True, False, True]


def test_a_part_of_a_file_of_another_size(server, get):
    server.answers["/w"] = in_turn(ranges(CONTENT, stop=16_384), ranges(CONTENT, total=SIZE + 1))
    files, reason = get(server.url("/w"))
    assert reason == "its file has 50,001 bytes, and the card says 50,000"
    assert files["w.h5.partial"] == CONTENT[:16_384]


def test_a_server_without_an_end_is_cut_off(server, get):
    server.answers["/w"] = body(bytes(10_000_000), length=False)
    seen = []
    assert get(server.url("/w"), seen.append) == ({}, TOO_LONG)
    assert seen[-1] <= SIZE + fetching._CHUNK_BYTES


def test_all_bytes_were_there_when_it_was_killed(server, get, tmp_path):
    (tmp_path / "cache" / "w.h5.partial").write_bytes(CONTENT)
    assert get(server.url("/w")) == (WHOLE, None)
    assert server.asked == []


@pytest.mark.parametrize("left", [WRONG, WRONG + b"x", WRONG[:40]], ids=["as long", "longer", "shorter"])
def test_a_damaged_beginning_is_given_up(server, get, tmp_path, left):
    (tmp_path / "cache" / "w.h5.partial").write_bytes(left)
    (tmp_path / "cache" / "w.h5.partial.json").write_text("damaged")
    server.answers["/w"] = ranges(CONTENT)
    assert get(server.url("/w")) == (WHOLE, None)


@pytest.mark.parametrize("code", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again(server, get, code):
    server.answers["/w"] = in_turn(status(code), status(code, retry_after="0"), body(CONTENT))
    assert get(server.url("/w")) == (WHOLE, None)
    assert len(server.asked) == 3


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_waits_as_long_as_it_is_asked_to(server, get, monkeypatch, form):
    waits = []
    monkeypatch.setattr(fetching, "time", SimpleNamespace(sleep=waits.append))
    text = "7" if form == "seconds" else email.utils.formatdate(time.time() + 7, usegmt=True)
    server.answers["/w"] = in_turn(status(503, retry_after=text), body(CONTENT))
    assert get(server.url("/w")) == (WHOLE, None)
    assert len(waits) == 1
    assert 5 < waits[0] <= 7


def test_waits_twice_as_long_each_time(server, get, monkeypatch):
    waits = []
    monkeypatch.setattr(fetching, "time", SimpleNamespace(sleep=waits.append))
    monkeypatch.setattr(fetching, "_FIRST_WAIT_SECONDS", 0.5)
    server.answers["/w"] = status(503, retry_after="soon")
    get(server.url("/w"))
    assert waits == [0.5, 1, 2]


def test_redirects_are_followed_and_gone_on_through(server, get):
    server.answers.update({"/w": redirect("/cdn"), "/cdn": in_turn(ranges(CONTENT, stop=20_000), ranges(CONTENT))})
    assert get(server.url("/w")) == (WHOLE, None)
    assert server.asked == ["/w", "/cdn"] * 2
    assert server.parts[0] is server.parts[1] is None
    assert server.parts[2] == server.parts[3] != None  # noqa: E711


def test_a_compressed_answer(server, get):
    import gzip

    packed = gzip.compress(CONTENT)
    server.answers["/w"] = body(packed, headers={"Content-Encoding": "gzip", "ETag": '"of the packed file"'})
    assert get(server.url("/w")) == (WHOLE, None)


def test_a_folders_file(get, tmp_path):
    path = tmp_path / "a folder" / "w.h5"
    path.parent.mkdir()
    for content, reason in (
        (CONTENT[:9], "its file has 9 bytes, and the card says 50,000"),
        (WRONG, NOT_IT),
    ):
        path.write_bytes(content)
        assert get(path.as_uri()) == ({}, reason)
    path.write_bytes(CONTENT)
    assert get(path.as_uri()) == (WHOLE, None)
    assert get((tmp_path / "none").as_uri())[1] == "there is no such file"
    assert get("file://a/w.h5")[1] == "a folder's address has three slashes, file:///path"


@pytest.mark.parametrize("url", ["ftp://a/w.h5", "https://", "hf://user/repo", "s3://bucket/w.h5"])
def test_no_address(get, url):
    reason = "no such address; write https://, http://, hf://, file:/// or a folder's path"
    assert get(url) == ({}, reason)


def test_a_disk_that_is_full(server, get, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    server.answers["/w"] = body(CONTENT)
    monkeypatch.setattr(fetching.Partial, "begin", full)
    with pytest.raises(OSError, match="No space left"):
        get(server.url("/w"))
