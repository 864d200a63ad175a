"""Checkpoints that are pushed to what answers as the Hugging Face Hub does, and loaded again from there."""

import base64
import json
import shutil
import sys
from http.server import BaseHTTPRequestHandler

import numpy as np
import pytest
from tiny_zoo import change_card
from weights_server import serving

from tfgen.errors import TfgenError
from tfgen.paths import tfgen_home
from tfgen.zoo import hub, load
from tfgen.zoo.pushing import push

pytestmark = pytest.mark.usefixtures("no_other_sources")


@pytest.mark.parametrize(
    ("destination", "mirror", "url", "page"),
    [
        ("hf://me/gan_dots", "hf://me", "hf://me/gan_dots/model.weights.h5", "me/gan_dots"),
        ("hf://me/other/", None, "hf://me/other/model.weights.h5", "me/other"),
        ("hf://me/zoo/gan_dots", "hf://me/zoo", "hf://me/zoo/gan_dots/model.weights.h5", "me/zoo/tree/main/gan_dots"),
        ("hf://me/zoo/a/b", None, "hf://me/zoo/a/b/model.weights.h5", "me/zoo/tree/main/a/b"),
    ],
)
def test_how_it_is_found_on_the_hub(zoo, destination, mirror, url, page):
    pushed = push("gan_dots", destination, dry_run=True)
    assert (pushed.mirror, pushed.url, pushed.place) == (mirror, url, f"https://huggingface.co/{page}")


def test_without_the_hubs_library(zoo, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(TfgenError, match=r"library is missing; `pip install 'tfgen\[hf\]'` installs it"):
        push("gan_dots", "hf://me/dots")


def test_without_a_token(zoo, monkeypatch):
    huggingface_hub = pytest.importorskip("huggingface_hub")
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: None)
    with pytest.raises(TfgenError, match="there is no token for the Hugging Face Hub; `hf auth login` stores one"):
        push("gan_dots", "hf://me/dots")


class Hub:
    """What of the Hub's web interface an upload and a download take; every repository is `me/...`."""

    def __init__(self):
        self.files = {}
        self.commits = []
        self.tokens = set()
        self.refusal = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self, code, content=b"{}", **headers):
                self.send_response(code)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_POST(self):
                sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.tokens.add(self.headers["Authorization"])
                host = f"http://{self.headers['Host']}"
                if outer.refusal:
                    self.answer(*outer.refusal)
                elif self.path == "/api/repos/create":
                    self.answer(200, json.dumps({"url": f"{host}/me/{json.loads(sent)['name']}"}).encode())
                elif "/preupload/" in self.path:
                    files = [
                        {"path": file["path"], "uploadMode": "regular", "shouldIgnore": False, "oid": None}
                        for file in json.loads(sent)["files"]
                    ]
                    self.answer(200, json.dumps({"files": files}).encode())
                elif "/commit/" in self.path:
                    repository = self.path.removeprefix("/api/models/").partition("/commit/")[0]
                    head, *operations = (json.loads(line) for line in sent.splitlines())
                    outer.commits.append(head["value"]["summary"])
                    for operation in operations:
                        file = operation["value"]
                        path = f"{repository}/{file['path']}"
                        if operation["key"] == "deletedFile":
                            del outer.files[path]
                        else:
                            outer.files[path] = base64.b64decode(file["content"])
                    told = {"commitUrl": f"{host}/{repository}/commit/1", "commitOid": "1"}
                    self.answer(200, json.dumps({**told, "success": True}).encode())
                else:
                    self.answer(200)

            def do_GET(self):
                repository, resolve, path = self.path.partition("/resolve/main/")
                if resolve:
                    self.answer(302, Location=f"/cdn{repository}/{path}")
                elif self.path.startswith("/cdn/") and self.path[5:] in outer.files:
                    self.answer(200, outer.files[self.path[5:]])
                elif "/tree/main" in self.path and not outer.refusal:
                    repository = self.path.removeprefix("/api/models/").partition("/tree/main")[0]
                    held = [path.removeprefix(f"{repository}/") for path in outer.files if path.startswith(repository)]
                    files = [{"type": "file", "path": path, "size": 1, "oid": "1"} for path in held]
                    self.answer(200, json.dumps(files).encode())
                elif self.path.startswith("/api/models/") and not outer.refusal:
                    self.answer(200, json.dumps({"id": "me/repo", "sha": "1", "siblings": []}).encode())
                else:
                    self.answer(404)

            def log_message(self, *arguments):
                pass

        self.handler = Handler


@pytest.fixture
def fake_hub(monkeypatch):
    huggingface_hub = pytest.importorskip("huggingface_hub")
    answering = Hub()
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: "hf_secret")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with serving(answering.handler) as url:
        monkeypatch.setenv("HF_ENDPOINT", url)
        # Which the library read when it was imported.
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", url)
        yield answering


@pytest.mark.parametrize("destination", ["hf://me/gan_dots", "hf://me/zoo/gan_dots"])
def test_to_the_hub_and_back(zoo, fake_hub, monkeypatch, destination):
    expected = load("gan_dots").sample(2, seed=0)
    pushed = push("gan_dots", destination)
    place = destination.removeprefix("hf://")
    assert fake_hub.files == {f"{place}/{path.name}": path.read_bytes() for path in (zoo / "gan_dots").iterdir()}
    assert fake_hub.commits == ["The checkpoint gan_dots of tfgen's zoo"]
    assert fake_hub.tokens == {"Bearer hf_secret"}

    (zoo / "gan_dots" / "model.weights.h5").unlink()
    monkeypatch.setenv("TFGEN_ZOO_URL", pushed.mirror)
    np.testing.assert_array_equal(load("gan_dots").sample(2, seed=0), expected)
    monkeypatch.delenv("TFGEN_ZOO_URL")
    shutil.rmtree(tfgen_home())
    change_card(zoo / "gan_dots", lambda card: card["weights"].update(urls=[pushed.url]))
    np.testing.assert_array_equal(load("gan_dots").sample(2, seed=0), expected)


@pytest.mark.parametrize("place", ["me/gan_dots", "me/zoo/gan_dots"])
def test_a_picture_that_a_newer_checkpoint_has_not_goes_and_other_files_stay(zoo, fake_hub, place):
    (zoo / "gan_dots" / "reconstructions.png").write_bytes(b"the data")
    push("gan_dots", f"hf://{place}")
    assert f"{place}/reconstructions.png" in fake_hub.files
    (zoo / "gan_dots" / "reconstructions.png").unlink()
    others = {
        "me/gan_dots/LICENSE": b"mine",
        "me/zoo/vae_dots/samples.png": b"another's",
        "me/zoo/samples.png": b"mine",
    }
    fake_hub.files.update(others)
    push("gan_dots", f"hf://{place}")
    own = {f"{place}/{path.name}": path.read_bytes() for path in (zoo / "gan_dots").iterdir()}
    assert fake_hub.files == {**own, **others}


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        ((401, b'{"error": "Invalid username or password."}'), "it does not accept the token; `hf auth login` stores"),
        ((403, b'{"error": "Forbidden"}'), "the token may not write there; make one with the right to write"),
        ((400, b'{"error": "the repository is full"}'), "it answered 400, the repository is full"),
    ],
    ids=["401", "403", "400"],
)
def test_a_refusal_of_the_hub_is_one_sentence(zoo, fake_hub, refusal, reason):
    fake_hub.refusal = refusal
    with pytest.raises(TfgenError) as raised:
        push("gan_dots", "hf://me/dots")
    told = str(raised.value)
    assert "\n" not in told
    assert " does not take me/dots: " in told
    assert reason in told
    assert fake_hub.files == {}


def test_a_hub_that_cannot_be_reached(zoo, fake_hub, monkeypatch):
    monkeypatch.setattr(hub, "hub_endpoint", lambda: "http://127.0.0.1:9")
    with pytest.raises(TfgenError, match=r"^http://127.0.0.1:9 does not take me/dots: .+$"):
        push("gan_dots", "hf://me/dots")


def test_a_name_that_the_hub_has_not(zoo, fake_hub):
    with pytest.raises(TfgenError, match=r"does not take me/a b: .+$"):
        push("gan_dots", "hf://me/a b")
