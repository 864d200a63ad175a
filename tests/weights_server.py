"""A web server in this process that serves one file well, or with one of a server's faults, and the file's entry."""

import base64
import contextlib
import hashlib
import json
import os
import re
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import tomli_w
from tiny_zoo import recipe_table

from tfgen.paths import tfgen_home
from tfgen.zoo.entries import find
from tfgen.zoo.fetching import FetchError, fetch

CONTENT = os.urandom(50_000)


@contextlib.contextmanager
def serving(handler):
    """A server of a handler for as long as the block lasts; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Server:
    """Answers each path as `answers` says; `asked` are the paths, and `parts` the Range headers, of the requests."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        self.parts = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                outer.parts.append(self.headers["Range"])
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    outer.answers.get(self.path, status(404))(self)

            def log_message(self, *arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()

    def url(self, path=""):
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


def body(content, stated=None, seconds=0.0, stop=None, pause=0.0, length=True, headers=(), drip=0.0):
    """The whole content, whatever part was asked for.

    `stop`: after that many bytes the server pauses for `pause` seconds and drops the connection.
    `length`: whether it says how many bytes there are, which `stated` may falsify.
    `drip`: how many seconds it pauses after each hundred bytes.
    """

    def answer(handler):
        handler.send_response(200)
        if length:
            handler.send_header("Content-Length", str(len(content) if stated is None else stated))
        for name, value in dict(headers).items():
            handler.send_header(name, value)
        handler.end_headers()
        time.sleep(seconds)
        _write(handler, content[:stop], drip)
        time.sleep(pause)

    return answer


def chunks(content, end=True):
    """The whole content in chunks of 5,000 bytes, without a length; `end`: whether it marks the last one."""

    def answer(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for start in range(0, len(content), 5_000):
            chunk = content[start : start + 5_000]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        handler.wfile.write(b"0\r\n\r\n" if end else b"")

    return answer


def _write(handler, content, drip):
    step = 100 if drip else max(len(content), 1)
    for start in range(0, len(content), step):
        handler.wfile.write(content[start : start + step])
        time.sleep(drip)


def ranges(content, etag=None, stop=None, pause=0.0, shift=0, total=None, drip=0.0):
    """The part of the content that is asked for, as far as `stop` bytes of it.

    `shift`: by how much the part that it sends is off; `total`: what it says in place of the file's size.
    """

    def answer(handler):
        headers = {"ETag": etag} if etag else {}
        asked = re.fullmatch(r"bytes=(\d+)-", handler.headers["Range"] or "")
        same = handler.headers["If-Range"] in (None, etag)
        if not asked or not same:
            return body(content, stop=stop, pause=pause, headers=headers, drip=drip)(handler)
        start = int(asked[1]) + shift
        if start >= len(content):
            return handler.send_error(416)
        part = content[start:]
        handler.send_response(206)
        handler.send_header("Content-Length", str(len(part)))
        handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{total or len(content)}")
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        _write(handler, part[:stop], drip)
        time.sleep(pause)

    return answer


def status(code, **headers):
    """An error; `retry_after` is the header of that name."""

    def answer(handler):
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def redirect(path):
    return status(302, location=path)


def hang_up(handler):
    handler.connection.shutdown(socket.SHUT_RDWR)


def hang(seconds):
    return lambda handler: time.sleep(seconds)


def for_me(answer):
    """The answer to those who say that they are `me`, with the password `secret`."""
    credentials = f"Basic {base64.b64encode(b'me:secret').decode()}"
    return lambda handler: (answer if handler.headers["Authorization"] == credentials else status(401))(handler)


def in_turn(*answers):
    """Another answer to each request, the last of them to all that follow."""
    left = list(answers)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


@pytest.fixture
def no_other_sources(monkeypatch):
    """No proxy, no mirror and no other Hub, whatever the tests are started with."""
    monkeypatch.setenv("NO_PROXY", "*")
    for name in ("TFGEN_ZOO_URL", "HF_ENDPOINT", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server(no_other_sources, monkeypatch):
    """A server; tries follow one another without the waits between them."""
    monkeypatch.setattr("tfgen.zoo.fetching._FIRST_WAIT_SECONDS", 0.0)
    server = Server()
    yield server
    server.stop()


def getter(folder):
    """A function that fetches the content from an address into a folder.

    It returns the files that are there afterwards, and the reason if it failed.
    """
    folder.mkdir()

    def get(url, shown=lambda completed: None):
        reason = None
        try:
            fetch(url, folder / "w.h5", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), shown)
        except FetchError as error:
            reason = str(error)
        return {path.name: path.read_bytes() for path in folder.iterdir()}, reason

    return get


def cached_files():
    """All files under `TFGEN_HOME`."""
    home = tfgen_home()
    return sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())


@pytest.fixture
def make_entry(no_other_sources, tmp_path):
    """Makes an entry of the zoo whose weights are the content, and whose folder holds none."""

    def make(*urls, name="gan_dots"):
        folder = tmp_path / "zoo" / name
        folder.mkdir(parents=True)
        (folder / "recipe.toml").write_text(tomli_w.dumps(recipe_table("gan")))
        stated = {"sha256": hashlib.sha256(CONTENT).hexdigest(), "bytes": len(CONTENT), "urls": list(urls)}
        (folder / "card.json").write_text(json.dumps({"name": name, "weights": stated}))
        return find(str(folder))

    return make
