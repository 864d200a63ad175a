"""One source that breaks off, changes its file or asks for time: gone on with, and never other bytes under its name."""

import datetime
import itertools
import time
from types import SimpleNamespace

import pytest
from weights_server import CONTENT, body, chunks, getter, hang_up, in_turn, ranges, redirect, status

from tfgen.zoo import fetching

SIZE = len(CONTENT)
WHOLE = {"w.h5": CONTENT}
WRONG = CONTENT[::-1]
NOT_IT = "the file's sha256 is not the card's, so it was not kept"
TOO_LONG = "it sends more than the 50,000 bytes that the card says, so it was not kept"


@pytest.fixture
def get(tmp_path):
    return getter(tmp_path / "cache")


@pytest.mark.parametrize("etag", ['"a"', 'W/"a"', None])
def test_goes_on_where_the_connection_dropped(server, get, etag):
    server.answers["/w"] = in_turn(ranges(CONTENT, etag, stop=20_000), ranges(CONTENT, etag))
    seen = []
    assert get(server.url("/w"), seen.append) == (WHOLE, None)
    first, second = server.parts
    assert first is None
    assert second == "bytes=20000-"
    # The bar goes on too.
    assert all(before < after for before, after in itertools.pairwise(seen))
    assert seen[-1] == SIZE


def test_a_server_without_ranges_sends_it_from_the_start(server, get):
    server.answers["/w"] = in_turn(body(CONTENT, stop=20_000), body(CONTENT))
    assert get(server.url("/w")) == (WHOLE, None)
    assert len(server.asked) == 2


def test_chunks_without_a_length_are_a_whole_file_too(server, get):
    server.answers["/w"] = chunks(CONTENT)
    assert get(server.url("/w")) == (WHOLE, None)


def test_a_file_that_a_server_calls_a_page_comes_if_it_is_as_long_as_it_should_be(server, get):
    server.answers["/w"] = body(CONTENT, headers={"Content-Type": "text/html"})
    assert get(server.url("/w")) == (WHOLE, None)


def test_a_web_page_costs_no_bytes_that_came(server, get):
    server.answers["/w"] = in_turn(ranges(CONTENT, stop=20_000), status(404), ranges(CONTENT))
    server.answers["/portal"] = body(b"<html>", headers={"Content-Type": "text/html"}, length=False)
    get(server.url("/w"))
    files, reason = get(server.url("/portal"))
    assert reason == "the server answered with a web page"
    assert len(files["w.h5.partial"]) == 20_000
    assert get(server.url("/w")) == (WHOLE, None)
    assert server.parts[-1] == "bytes=20000-"


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


NOON = datetime.datetime(2030, 1, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def waits(monkeypatch):
    """The waits that are asked for, none of which is waited; it is noon, the first of January 2030."""
    waits = []
    monkeypatch.setattr(fetching, "time", SimpleNamespace(sleep=waits.append, monotonic=time.monotonic))
    monkeypatch.setattr("urllib3.util.retry.time", SimpleNamespace(time=NOON.timestamp))
    monkeypatch.setattr(fetching, "_FIRST_WAIT_SECONDS", 0.5)
    return waits


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        ("Tue, 01 Jan 2030 12:00:07 GMT", 7),
        ("Tue, 01 Jan 2030 11:00:00 GMT", 0),
        ("Tue, 01 Jan 99999999999 12:00:00 GMT", 0.5),
        ("soon", 0.5),
    ],
)
def test_waits_as_long_as_it_is_asked_to(server, get, waits, text, seconds):
    server.answers["/w"] = in_turn(status(503, retry_after=text), body(CONTENT))
    assert get(server.url("/w")) == (WHOLE, None)
    assert waits == [seconds]


def test_waits_twice_as_long_each_time(server, get, waits):
    server.answers["/w"] = status(503)
    get(server.url("/w"))
    assert waits == [0.5, 1, 2]


def test_redirects_are_followed_and_gone_on_through(server, get):
    server.answers.update({"/w": redirect("/cdn"), "/cdn": in_turn(ranges(CONTENT, stop=20_000), ranges(CONTENT))})
    assert get(server.url("/w")) == (WHOLE, None)
    assert server.asked == ["/w", "/cdn"] * 2
    assert server.parts[0] is server.parts[1] is None
    assert server.parts[2] == server.parts[3] != None  # noqa: E711


def test_a_redirects_body_is_not_read(server, get):
    sent = []

    def verbose(handler):
        handler.send_response(302)
        handler.send_header("Location", "/cdn")
        handler.end_headers()
        for _ in range(1_000):
            handler.wfile.write(bytes(100_000))
            sent.append(100_000)

    server.answers.update({"/w": verbose, "/cdn": body(CONTENT)})
    assert get(server.url("/w")) == (WHOLE, None)
    # More than the system buffers, and less than all.
    assert sum(sent) < 50_000_000


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
    assert get("file://[a/w.h5")[1] == "a folder's address has three slashes, file:///path"


@pytest.mark.parametrize("url", ["ftp://a/w.h5", "https://", "hf://user/repo", "s3://bucket/w.h5"])
def test_no_address(get, url):
    reason = "no such address; write https://, http://, hf://, file:/// or a folder's path"
    assert get(url) == ({}, reason)


def test_a_disk_that_is_full(server, get):
    resource = pytest.importorskip("resource")
    server.answers["/w"] = ranges(CONTENT)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            get(server.url("/w"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    # What was written stays, and is gone on from when there is room.
    assert get(server.url("/w")) == (WHOLE, None)
    assert server.parts == [None, "bytes=20000-"]
