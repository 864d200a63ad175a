"""Weights by their card: places in order, a sound cache, and a sentence; the faults of one source are elsewhere."""

import hashlib
import socket
import threading
import time

import filelock
import pytest
from weights_server import CONTENT, body, cached_files, hang_up, in_turn, ranges, status

from tfgen.errors import CheckpointError
from tfgen.paths import tfgen_home
from tfgen.zoo.weights import weights_file

FAULTS = {
    "missing": (status(404), "the server answered 404"),
    "overloaded": (status(503), "the server answered 503"),
    "wrong bytes": (body(CONTENT[::-1]), "the file's sha256 is not the card's, so it was not kept"),
    "hangs up": (hang_up, "no connection"),
}


PARTIAL = "model.weights.h5.partial"
CACHED = f"zoo/gan_dots/{hashlib.sha256(CONTENT).hexdigest()[:16]}"


def test_fetched_once(server, make_entry):
    server.answers["/a"] = body(CONTENT)
    entry = make_entry(server.url("/a"))
    for _ in range(2):
        path = weights_file(entry)
        assert path.read_bytes() == CONTENT
        assert path == tfgen_home() / CACHED / "model.weights.h5"
    assert server.asked == ["/a"]
    assert cached_files() == [f"{CACHED}/.lock", f"{CACHED}/model.weights.h5"]


def test_own_file_comes_first(server, make_entry):
    entry = make_entry(server.url("/a"))
    (entry.folder / "model.weights.h5").write_bytes(CONTENT)
    assert weights_file(entry) == entry.folder / "model.weights.h5"
    assert server.asked == []
    assert cached_files() == []


@pytest.mark.parametrize("fault", FAULTS)
def test_next_source_after_a_failure(server, make_entry, fault):
    server.answers.update({"/bad": FAULTS[fault][0], "/good": body(CONTENT)})
    assert weights_file(make_entry(server.url("/bad"), server.url("/good"))).read_bytes() == CONTENT
    assert set(server.asked[:-1]) == {"/bad"}
    assert server.asked[-1] == "/good"
    assert cached_files() == [f"{CACHED}/.lock", f"{CACHED}/model.weights.h5"]


def test_all_sources_failing_are_named_with_their_reasons(server, make_entry, monkeypatch):
    monkeypatch.setenv("TFGEN_ZOO_URL", server.url("/mirror"))
    server.answers.update({f"/{fault.replace(' ', '_')}": answer for fault, (answer, _) in FAULTS.items()})
    entry = make_entry(*(server.url(path) for path in server.answers))
    with pytest.raises(CheckpointError) as raised:
        weights_file(entry)
    expected = [f"{server.url('/mirror/gan_dots/model.weights.h5')}: the server answered 404"]
    expected += [f"{server.url('/' + fault.replace(' ', '_'))}: {reason}" for fault, (_, reason) in FAULTS.items()]
    assert str(raised.value) == (
        f"the weights of {entry.name} could not be fetched ({'; '.join(expected)}); "
        f"`tfgen train {entry.name}` trains them"
    )
    assert cached_files() == [f"{CACHED}/.lock"]


def test_failure_is_not_remembered(server, make_entry):
    entry = make_entry(server.url("/a"))
    with pytest.raises(CheckpointError):
        weights_file(entry)
    server.answers["/a"] = body(CONTENT)
    assert weights_file(entry).read_bytes() == CONTENT


def test_bytes_that_came_are_told_of_and_gone_on_from(server, make_entry):
    entry = make_entry(server.url("/a"))
    server.answers["/a"] = in_turn(ranges(CONTENT, stop=16_384), hang_up)
    with pytest.raises(CheckpointError) as raised:
        weights_file(entry)
    assert str(raised.value) == (
        f"the weights of {entry.name} could not be fetched ({server.url('/a')}: no connection); "
        f"the next call goes on from the 16,384 of 50,000 bytes that came, or `tfgen train {entry.name}` trains them"
    )
    assert cached_files() == [f"{CACHED}/{file}" for file in (".lock", PARTIAL, f"{PARTIAL}.json")]
    server.answers["/a"] = ranges(CONTENT)
    assert weights_file(entry).read_bytes() == CONTENT
    assert server.parts[-1] == "bytes=16384-"
    assert cached_files() == [f"{CACHED}/.lock", f"{CACHED}/model.weights.h5"]


def test_no_progress_bar_outlives_a_failure(server, make_entry):
    server.answers["/bad"] = body(CONTENT, stop=20_000)
    with pytest.raises(CheckpointError):
        weights_file(make_entry(server.url("/bad")))
    patience = time.monotonic() + 2
    while bars := [thread for thread in threading.enumerate() if type(thread).__module__.startswith("rich.")]:
        assert time.monotonic() < patience, bars
        time.sleep(0.05)


def test_progress_bar_ends_at_the_size(server, make_entry, capfd):
    server.answers["/a"] = body(CONTENT)
    weights_file(make_entry(server.url("/a")))
    assert "50.0/50.0 kB" in capfd.readouterr().err


def test_no_network(make_entry):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/a"
    with pytest.raises(CheckpointError, match=rf"could not be fetched \({url}: no connection\); `tfgen train "):
        weights_file(make_entry(url))


def test_cache_that_cannot_be_written(server, make_entry, monkeypatch, tmp_path):
    # Modes do not hold root back; a file in the place of a folder holds everyone.
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TFGEN_HOME", str(tmp_path / "file" / "home"))
    server.answers["/a"] = body(CONTENT)
    with pytest.raises(
        CheckpointError,
        match=r"file/home/zoo/gan_dots/\w+ cannot be used .*; set TFGEN_HOME to a folder that you can w",
    ):
        weights_file(make_entry(server.url("/a")))
    assert server.asked == []


@pytest.mark.parametrize("content", [CONTENT[:100], CONTENT[::-1], b""], ids=["truncated", "other", "empty"])
def test_damaged_cached_file_is_fetched_again(server, make_entry, content):
    server.answers["/a"] = body(CONTENT)
    entry = make_entry(server.url("/a"))
    weights_file(entry).write_bytes(content)
    assert weights_file(entry).read_bytes() == CONTENT
    assert server.asked == ["/a", "/a"]


def test_new_release_does_not_meet_the_old_file(server, make_entry):
    server.answers["/a"] = body(CONTENT)
    entry = make_entry(server.url("/a"))
    old = weights_file(entry)
    newer = CONTENT[::-1]
    entry.card["weights"].update(sha256=hashlib.sha256(newer).hexdigest(), bytes=len(newer))
    server.answers["/a"] = body(newer)
    assert weights_file(entry).read_bytes() == newer
    assert old.read_bytes() == CONTENT


def test_a_sound_cache_that_cannot_be_written_is_read(server, make_entry, monkeypatch):
    server.answers["/a"] = body(CONTENT)
    entry = make_entry(server.url("/a"))
    weights_file(entry)

    def refused(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(filelock, "FileLock", refused)
    assert weights_file(entry).read_bytes() == CONTENT
    weights_file(entry).write_bytes(b"damaged")
    with pytest.raises(CheckpointError, match=r"cannot be used \(Permission denied\); set TFGEN_HOME to a folder"):
        weights_file(entry)


def test_load_fetches(server, zoo):
    from tiny_zoo import change_card

    from tfgen.zoo import load

    own = zoo / "gan_dots" / "model.weights.h5"
    expected = load("gan_dots").sample(2, seed=0)
    server.answers["/w"] = body(own.read_bytes())
    own.unlink()
    change_card(zoo / "gan_dots", lambda card: card["weights"].update(urls=[server.url("/w")]))
    for _ in range(2):
        assert (load("gan_dots").sample(2, seed=0) == expected).all()
    assert server.asked == ["/w"]
