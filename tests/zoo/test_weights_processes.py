"""Several processes that want the same weights: one fetches, the others wait, and a killed one is gone on from."""

import hashlib
import signal
import subprocess
import sys
import threading
import time

import filelock
from weights_server import CONTENT, body, cached_files, in_turn, ranges

from tfgen.paths import tfgen_home
from tfgen.zoo import weights
from tfgen.zoo.weights import weights_file

CACHED = f"zoo/gan_dots/{hashlib.sha256(CONTENT).hexdigest()[:16]}"
PARTIAL = "model.weights.h5.partial"

PROCESS = (
    "import sys\n"
    "from tfgen.zoo.entries import find\n"
    "from tfgen.zoo.weights import weights_file\n"
    "print(weights_file(find(sys.argv[1])).read_bytes().hex())"
)


def start_process(entry):
    command = [sys.executable, "-c", PROCESS, str(entry.folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def test_two_processes_fetch_once(server, make_entry):
    server.answers["/a"] = body(CONTENT, seconds=1.5)
    entry = make_entry(server.url("/a"))
    processes = [start_process(entry) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert outputs == [f"{CONTENT.hex()}\n".encode()] * 2
    assert server.asked == ["/a"]
    assert cached_files() == [f"{CACHED}/.lock", f"{CACHED}/model.weights.h5"]


def test_a_killed_process_is_gone_on_from(server, make_entry):
    server.answers["/a"] = in_turn(ranges(CONTENT, stop=30_000, pause=30), ranges(CONTENT))
    entry = make_entry(server.url("/a"))
    process = start_process(entry)
    partial = tfgen_home() / CACHED / PARTIAL
    patience = time.monotonic() + 60
    # Each write of a whole buffer shows.
    while not (partial.is_file() and partial.stat().st_size):
        assert time.monotonic() < patience
        time.sleep(0.01)
    time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    came = partial.stat().st_size
    assert not (tfgen_home() / CACHED / "model.weights.h5").exists()
    assert weights_file(entry).read_bytes() == CONTENT
    assert server.parts == [None, f"bytes={came}-"]
    assert cached_files() == [f"{CACHED}/.lock", f"{CACHED}/model.weights.h5"]


def test_who_waits_is_told_once(server, make_entry, monkeypatch):
    server.answers["/a"] = body(CONTENT)
    entry = make_entry(server.url("/a"))
    folder = tfgen_home() / CACHED
    folder.mkdir(parents=True)
    held, waits, said = threading.Event(), threading.Event(), []

    def fetch_elsewhere():
        with filelock.FileLock(folder / ".lock"):
            held.set()
            waits.wait(30)
            time.sleep(0.4)

    def tell(text, file):
        assert file is sys.stderr
        said.append(text)
        waits.set()

    other = threading.Thread(target=fetch_elsewhere, daemon=True)
    other.start()
    assert held.wait(30)
    monkeypatch.setattr(weights, "_PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(weights, "print", tell, raising=False)
    assert weights_file(entry).read_bytes() == CONTENT
    other.join()
    # Who finds the lock free says nothing.
    weights_file(entry).unlink()
    assert weights_file(entry).read_bytes() == CONTENT
    assert said == [f"another process is fetching the weights of {entry.name}; waiting for it"]
