"""Weights over HTTP, from a real server in this process: never half a file, never another file, never twice."""

import contextlib
import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import tomli_w
from tiny_zoo import recipe_table

from tfgen.errors import CheckpointError
from tfgen.paths import tfgen_home
from tfgen.zoo.entries import find
from tfgen.zoo.weights import sources, weights_file

CONTENT = os.urandom(50_000)


class Server:
    """Answers each path as `answers` says, and keeps the paths that were asked for."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                with contextlib.suppress(BrokenPipeError):
                    outer.answers.get(self.path, status(404))(self)

            def log_message(self, *arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path=""):
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


def body(content, stated=None, seconds=0.0):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content) if stated is None else stated))
        handler.end_headers()
        time.sleep(seconds)
        handler.wfile.write(content)

    return answer


def status(code):
    return lambda handler: handler.send_error(code)


def hang_up(handler):
    handler.connection.shutdown(socket.SHUT_RDWR)


FAULTS = {
    "missing": (status(404), "the server answered 404"),
    "overloaded": (status(503), "the server answered 503"),
    "truncated": (body(CONTENT[:20_000], stated=len(CONTENT)), "the connection broke off"),
    "wrong bytes": (body(CONTENT[::-1]), "the file's sha256 is not the card's, so it was not kept"),
    "hangs up": (hang_up, "no connection"),
}


@pytest.fixture
def server():
    server = Server()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _no_proxy_and_no_mirror(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("TFGEN_ZOO_URL", raising=False)


@pytest.fixture
def make_entry(tmp_path):
    """Makes an entry of the zoo whose folder holds no weights."""

    def make(*urls, name="gan_dots"):
        folder = tmp_path / "zoo" / name
        folder.mkdir(parents=True)
        (folder / "recipe.toml").write_text(tomli_w.dumps(recipe_table("gan")))
        stated = {"sha256": hashlib.sha256(CONTENT).hexdigest(), "bytes": len(CONTENT), "urls": list(urls)}
        (folder / "card.json").write_text(json.dumps({"name": name, "weights": stated}))
        return find(str(folder))

    return make


def cached_files():
    home = tfgen_home()
    return sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())


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


@pytest.mark.parametrize("slash", ["", "/"])
def test_mirror_comes_before_the_card(server, make_entry, monkeypatch, slash):
    monkeypatch.setenv("TFGEN_ZOO_URL", server.url("/mirror") + slash)
    server.answers["/mirror/gan_dots/model.weights.h5"] = body(CONTENT)
    server.answers["/a"] = body(CONTENT)
    assert weights_file(make_entry(server.url("/a"))).read_bytes() == CONTENT
    assert server.asked == ["/mirror/gan_dots/model.weights.h5"]


@pytest.mark.parametrize("fault", FAULTS)
def test_next_source_after_a_failure(server, make_entry, fault):
    server.answers.update({"/bad": FAULTS[fault][0], "/good": body(CONTENT)})
    assert weights_file(make_entry(server.url("/bad"), server.url("/good"))).read_bytes() == CONTENT
    assert server.asked == ["/bad", "/good"]
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


def test_no_progress_bar_outlives_a_failure(server, make_entry):
    server.answers["/bad"] = FAULTS["truncated"][0]
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


def test_server_that_does_not_answer(server, make_entry, monkeypatch):
    monkeypatch.setattr("tfgen.zoo.weights._TIMEOUT_SECONDS", 0.2)
    server.answers["/slow"] = lambda handler: time.sleep(1)
    with pytest.raises(CheckpointError, match=r"/slow: no answer in time\)"):
        weights_file(make_entry(server.url("/slow")))


def test_card_without_addresses(make_entry):
    with pytest.raises(CheckpointError, match=r"\(its card names no address, and TFGEN_ZOO_URL is not set\)"):
        weights_file(make_entry())


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


def test_two_processes_fetch_once(server, make_entry):
    server.answers["/a"] = body(CONTENT, seconds=1.5)
    entry = make_entry(server.url("/a"))
    code = (
        "import sys\n"
        "from tfgen.zoo.entries import find\n"
        "from tfgen.zoo.weights import weights_file\n"
        "print(weights_file(find(sys.argv[1])).read_bytes().hex())"
    )
    command = [sys.executable, "-c", code, str(entry.folder)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert outputs == [f"{CONTENT.hex()}\n".encode()] * 2
    assert server.asked == ["/a"]
    assert cached_files() == [f"{CACHED}/.lock", f"{CACHED}/model.weights.h5"]


def test_hugging_face_addresses(make_entry, monkeypatch):
    entry = make_entry("hf://user/repo/path/to/model.weights.h5", "https://example.org/w.h5")
    assert list(sources(entry)) == [
        "https://huggingface.co/user/repo/resolve/main/path/to/model.weights.h5",
        "https://example.org/w.h5",
    ]
    monkeypatch.setenv("TFGEN_ZOO_URL", "https://mirror.example.org")
    assert next(iter(sources(entry))) == "https://mirror.example.org/gan_dots/model.weights.h5"


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
