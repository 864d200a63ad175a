"""Pushed checkpoints: whole, verified, and loaded again from a web server or from what answers as the Hub does."""

import base64
import contextlib
import json
import shutil
import sys
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from tiny_zoo import change_card

from tfgen.errors import CheckpointError, TfgenError
from tfgen.paths import tfgen_home
from tfgen.zoo import hub, load
from tfgen.zoo.pushing import push

FILES = ["README.md", "card.json", "model.weights.h5", "recipe.toml", "samples.png"]


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@contextlib.contextmanager
def serving(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


pytestmark = pytest.mark.usefixtures("no_other_sources")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def test_to_a_folder_and_back_through_a_web_server(zoo, tmp_path, monkeypatch):
    expected = load("gan_dots").sample(2, seed=0)
    (zoo / "gan_dots" / "pictures").mkdir()
    (zoo / "gan_dots" / "pictures" / "extra.svg").write_text("<svg/>")
    (zoo / "gan_dots" / ".partial-of-another").write_text("")
    site = tmp_path / "site"
    pushed = push("gan_dots", str(site))
    assert contents(site / "gan_dots") == {
        file: content for file, content in contents(zoo / "gan_dots").items() if not file.startswith(".")
    }
    assert pushed.files == {file: len(content) for file, content in contents(site / "gan_dots").items()}
    assert (pushed.place, pushed.mirror, pushed.url) == (str(site / "gan_dots"), str(site), None)
    assert [path.name for path in site.iterdir()] == ["gan_dots"]

    (zoo / "gan_dots" / "model.weights.h5").unlink()
    with serving(partial(Quiet, directory=site)) as url:
        monkeypatch.setenv("TFGEN_ZOO_URL", url)
        np.testing.assert_array_equal(load("gan_dots").sample(2, seed=0), expected)
    # Without the server, from the cache; without the cache, from the folder.
    np.testing.assert_array_equal(load("gan_dots").sample(2, seed=0), expected)
    shutil.rmtree(tfgen_home())
    monkeypatch.setenv("TFGEN_ZOO_URL", pushed.mirror)
    np.testing.assert_array_equal(load("gan_dots").sample(2, seed=0), expected)
    # What is pushed is a folder that loads by its path.
    np.testing.assert_array_equal(load(pushed.place).sample(2, seed=0), expected)


def test_weights_that_are_elsewhere_are_pushed_too(zoo, tmp_path, monkeypatch):
    weights = (zoo / "gan_dots" / "model.weights.h5").read_bytes()
    monkeypatch.setenv("TFGEN_ZOO_URL", push("gan_dots", str(tmp_path / "one")).mirror)
    (zoo / "gan_dots" / "model.weights.h5").unlink()
    push("gan_dots", str(tmp_path / "two"))
    assert (tmp_path / "two" / "gan_dots" / "model.weights.h5").read_bytes() == weights


def test_replaces_an_older_push_whole(zoo, tmp_path):
    push("gan_dots", str(tmp_path / "site"))
    (tmp_path / "site" / "gan_dots" / "old.png").write_text("")
    push("gan_dots", str(tmp_path / "site"))
    assert sorted(contents(tmp_path / "site")) == [f"gan_dots/{file}" for file in FILES]


def test_a_repository_in_the_folder_is_not_lost(zoo, tmp_path):
    push("gan_dots", str(tmp_path / "site"))
    (tmp_path / "site" / "gan_dots" / ".git").mkdir()
    with pytest.raises(TfgenError, match=r"site/gan_dots holds \.git, which would be lost; move it or push elsewhere"):
        push("gan_dots", str(tmp_path / "site"))
    assert (tmp_path / "site" / "gan_dots" / ".git").is_dir()


def test_a_link_to_a_folder_is_followed(zoo, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "real")
    push("gan_dots", str(tmp_path / "site"))
    assert (tmp_path / "site").is_symlink()
    assert sorted(contents(tmp_path / "real")) == [f"gan_dots/{file}" for file in FILES]


def test_a_linked_checkpoint_is_replaced_where_it_is(zoo, tmp_path):
    shutil.copytree(zoo / "vae_dots", tmp_path / "real")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "gan_dots").symlink_to(tmp_path / "real")
    assert push("gan_dots", str(tmp_path / "site")).mirror == str(tmp_path / "site")
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["gan_dots"]
    assert (tmp_path / "site" / "gan_dots").is_symlink()
    assert sorted(contents(tmp_path / "real")) == FILES
    assert (tmp_path / "real" / "card.json").read_bytes() == (zoo / "gan_dots" / "card.json").read_bytes()


def test_a_home_that_nobody_has(zoo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert push("gan_dots", "~nobody_of_this_name/zoo", dry_run=True).place.startswith(str(tmp_path))


def test_the_source_inside_the_target_is_not_lost(zoo, tmp_path):
    target = tmp_path / "site" / "gan_dots"
    shutil.copytree(zoo / "gan_dots", target)
    shutil.copytree(zoo / "gan_dots", target / "inner")
    with pytest.raises(TfgenError, match=r"is where .* comes from; push it to another folder"):
        push(str(target / "inner"), str(tmp_path / "site"))
    assert (target / "inner" / "card.json").is_file()


def test_dry_run(zoo, tmp_path):
    pushed = push("gan_dots", str(tmp_path / "site"), dry_run=True)
    assert sorted(pushed.files) == FILES
    assert not (tmp_path / "site").exists()
    # Neither library nor token is asked for.
    pushed = push("gan_dots", "hf://me/dots", dry_run=True)
    assert sorted(pushed.files) == FILES


def test_damaged_weights_are_not_pushed(zoo, tmp_path):
    path = zoo / "gan_dots" / "model.weights.h5"
    path.write_bytes(path.read_bytes()[::-1])
    with pytest.raises(CheckpointError, match="its sha256 differs"):
        push("gan_dots", str(tmp_path / "site"))
    assert not (tmp_path / "site").exists()


def test_refusals(zoo, tmp_path):
    with pytest.raises(CheckpointError, match="no published weights yet"):
        push("gan_untrained", str(tmp_path))
    for destination in ("https://example.org/zoo", "s3://bucket", "hf://me"):
        with pytest.raises(ValueError, match=r"cannot be pushed to; write a folder or hf://user/repository\[/path\]"):
            push("gan_dots", destination)
    with pytest.raises(TfgenError, match="is where gan_dots comes from"):
        push("gan_dots", str(zoo))
    (tmp_path / "mine" / "gan_dots").mkdir(parents=True)
    (tmp_path / "mine" / "gan_dots" / "thesis.tex").write_text("")
    with pytest.raises(TfgenError, match="holds no checkpoint, so it is not replaced"):
        push("gan_dots", str(tmp_path / "mine"))
    assert sorted(contents(tmp_path / "mine")) == ["gan_dots/thesis.tex"]
    with pytest.raises(TfgenError, match=r"thesis.tex/gan_dots cannot be written \(File exists\); push to a"):
        push("gan_dots", str(tmp_path / "mine" / "gan_dots" / "thesis.tex"))


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
                        outer.files[f"{repository}/{file['path']}"] = base64.b64decode(file["content"])
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
    assert fake_hub.files == {f"{place}/{file}": content for file, content in contents(zoo / "gan_dots").items()}
    assert fake_hub.commits == ["The checkpoint gan_dots of tfgen's zoo"]
    assert fake_hub.tokens == {"Bearer hf_secret"}

    (zoo / "gan_dots" / "model.weights.h5").unlink()
    monkeypatch.setenv("TFGEN_ZOO_URL", pushed.mirror)
    np.testing.assert_array_equal(load("gan_dots").sample(2, seed=0), expected)
    monkeypatch.delenv("TFGEN_ZOO_URL")
    shutil.rmtree(tfgen_home())
    change_card(zoo / "gan_dots", lambda card: card["weights"].update(urls=[pushed.url]))
    np.testing.assert_array_equal(load("gan_dots").sample(2, seed=0), expected)


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
