"""Where weights are looked for: mirrors of each kind in their order, and addresses on the Hugging Face Hub."""

import re

import pytest
from weights_server import CONTENT, body, for_me, hang_up, in_turn, ranges, status

from tfgen.errors import CheckpointError
from tfgen.paths import tfgen_home
from tfgen.zoo.sources import address, sources, without_credentials
from tfgen.zoo.weights import weights_file


@pytest.mark.parametrize("slash", ["", "/"])
def test_mirror_comes_before_the_card(server, make_entry, monkeypatch, slash):
    monkeypatch.setenv("TFGEN_ZOO_URL", server.url("/mirror") + slash)
    server.answers["/mirror/gan_dots/model.weights.h5"] = body(CONTENT)
    server.answers["/a"] = body(CONTENT)
    assert weights_file(make_entry(server.url("/a"))).read_bytes() == CONTENT
    assert server.asked == ["/mirror/gan_dots/model.weights.h5"]


def test_several_mirrors_in_order_and_then_the_card(server, make_entry, monkeypatch, tmp_path):
    mirrors = [server.url("/one"), str(tmp_path / "two"), "ftp://three", server.url("/four/")]
    monkeypatch.setenv("TFGEN_ZOO_URL", "  ".join(mirrors))
    entry = make_entry(server.url("/card"))
    file = "gan_dots/model.weights.h5"
    expected = [f"{server.url('/one')}/{file}", f"{(tmp_path / 'two').as_uri()}/{file}", f"ftp://three/{file}"]
    expected += [f"{server.url('/four')}/{file}", server.url("/card")]
    assert list(sources(entry)) == expected
    with pytest.raises(CheckpointError) as raised:
        weights_file(entry)
    assert re.findall(r"[(; ](\w+://\S+): ", str(raised.value)) == expected
    server.answers["/card"] = body(CONTENT)
    assert weights_file(entry).read_bytes() == CONTENT


@pytest.mark.parametrize("form", ["path", "relative", "home", "uri"])
def test_a_folder_as_mirror(make_entry, monkeypatch, tmp_path, form):
    entry = make_entry()
    file = tmp_path / "mirror#1" / "gan_dots" / "model.weights.h5"
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    mirror = tmp_path / "mirror#1"
    written = {"path": mirror, "relative": "mirror#1", "home": "~/mirror#1", "uri": mirror.as_uri()}[form]
    monkeypatch.setenv("TFGEN_ZOO_URL", str(written))
    path = weights_file(entry)
    assert path != file
    assert path.read_bytes() == file.read_bytes() == CONTENT


def test_the_home_of_nobody_is_passed_over(server, make_entry, monkeypatch):
    monkeypatch.setenv("TFGEN_ZOO_URL", "~nobodyofthisname/zoo")
    server.answers["/a"] = body(CONTENT)
    assert weights_file(make_entry(server.url("/a"))).read_bytes() == CONTENT


def test_a_server_that_speaks_no_tls(server, make_entry):
    entry = make_entry(server.url("/a").replace("http://", "https://"))
    with pytest.raises(CheckpointError, match=r"its certificate cannot be trusted, or it speaks no TLS\); `tfgen "):
        weights_file(entry)


def test_a_proxy_that_is_not_there(server, make_entry, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(CheckpointError, match=r"no connection through the proxy\); `tfgen train"):
        weights_file(make_entry("http://example.org/weights.h5"))


def test_credentials_are_used_and_neither_shown_nor_stored(server, make_entry, monkeypatch):
    monkeypatch.setenv("TFGEN_ZOO_URL", server.url("/zoo").replace("://", "://me:secret@"))
    path = "/zoo/gan_dots/model.weights.h5"
    server.answers[path] = for_me(in_turn(ranges(CONTENT[::-1], '"old"', stop=20_000), hang_up))
    entry = make_entry()
    with pytest.raises(
        CheckpointError, match=re.escape(f"({server.url(path)}: no connection); the next call goes on ")
    ):
        weights_file(entry)
    kept = [file.read_bytes() for file in tfgen_home().rglob("*") if file.is_file()]
    assert any(server.url(path).encode() in content for content in kept)
    assert not any(b"secret" in content for content in kept)
    # It is known again as the same address, so that the server is told which file the bytes are of.
    server.answers[path] = for_me(ranges(CONTENT, '"new"'))
    assert weights_file(entry).read_bytes() == CONTENT
    assert server.parts == [None, "bytes=20000-", "bytes=20000-"]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:secret@host:8/a@b?c=d@e", "https://host:8/a@b?c=d@e"),
        ("ftp://me:se@cret@host", "ftp://host"),
        ("https://host/package@1.0/w.h5", "https://host/package@1.0/w.h5"),
        ("file:///srv/me:secret@zoo", "file:///srv/me:secret@zoo"),
    ],
)
def test_what_is_shown_of_an_address(url, shown):
    assert without_credentials(url) == shown


def test_card_without_addresses(make_entry):
    with pytest.raises(CheckpointError, match=r"\(its card names no address, and TFGEN_ZOO_URL is not set\)"):
        weights_file(make_entry())


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("hf://user/repo/model.weights.h5", "/user/repo/resolve/main/model.weights.h5"),
        ("hf://user/repo/path/to/w.h5", "/user/repo/resolve/main/path/to/w.h5"),
    ],
)
def test_hugging_face_addresses(monkeypatch, url, path):
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    assert address(url) == f"https://huggingface.co{path}"
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example.org/")
    assert address(url) == f"https://hub.example.org{path}"


@pytest.mark.parametrize(
    ("mirror", "path"),
    [
        ("hf://user/repo", "/user/repo/resolve/main/gan_dots/model.weights.h5"),
        ("hf://user/repo/sub/", "/user/repo/resolve/main/sub/gan_dots/model.weights.h5"),
        ("hf://user", "/user/gan_dots/resolve/main/model.weights.h5"),
    ],
)
def test_hugging_face_mirrors(server, make_entry, monkeypatch, mirror, path):
    monkeypatch.setenv("HF_ENDPOINT", server.url())
    monkeypatch.setenv("TFGEN_ZOO_URL", mirror)
    server.answers.update({path: status(302, location="/cdn?signed"), "/cdn?signed": body(CONTENT)})
    assert weights_file(make_entry()).read_bytes() == CONTENT
    assert server.asked == [path, "/cdn?signed"]
