"""That the reader of pages does what blocks say, and notices what does not work."""

import os

import pytest
import reading
from pages import Block
from reading import STEPS, Reader


@pytest.fixture
def reader(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reader = Reader(tmp_path, monkeypatch)
    yield reader
    reader.stop()


def block(language, text, comment="", page="docs/tutorials/page.md"):
    return Block(page, 1, language, text, comment)


def test_blocks_share_a_namespace_and_a_folder(reader, tmp_path):
    reader.follow(block("toml", "a = 1\n", "file: mine.toml"))
    reader.follow(block("python", "from pathlib import Path\ntext = Path('mine.toml').read_text()\n"))
    reader.follow(block("python", "Path('copy.toml').write_text(text)\n"))
    reader.follow(block("sh", "grep -q 'a = 1' copy.toml && touch found\n"))
    assert (tmp_path / "found").exists()


def test_what_is_not_run_is_passed_over(reader):
    reader.follow(block("python", "1 / 0", "not run: by nobody"))
    reader.follow(block("sh", "false", "", "docs/page.md"))
    reader.follow(block("", "output"))


def test_a_wrong_block_is_noticed(reader):
    with pytest.raises(ZeroDivisionError):
        reader.follow(block("python", "1 / 0"))
    with pytest.raises(AssertionError, match=r"page.md:1: false"):
        reader.follow(block("sh", "false"))
    with pytest.raises(AssertionError, match="tfgen generate nobody"):
        reader.follow(block("sh", "tfgen generate nobody"))
    with pytest.raises(AssertionError, match="said nothing"):
        reader.follow(block("sh", "python -c pass &"))


def test_what_a_block_prints_is_compared(reader):
    reader.follow(block("python", "print(1 + 1)"))
    reader.follow(block("", "2\n", "prints"))
    with pytest.raises(AssertionError, match="prints something else"):
        reader.follow(block("", "3\n", "prints"))


def test_what_commands_print_is_compared(reader):
    reader.follow(block("sh", "echo one\ntfgen generate --help | head -n 0\ntfgen --version\n"))
    version = reader.printed.removeprefix("one\n")
    assert version.startswith("tfgen ")
    reader.follow(block("", f"one\n{version}", "prints"))
    with pytest.raises(AssertionError, match="prints something else"):
        reader.follow(block("", "two\n", "prints"))


def test_trainings_are_short(reader):
    text = """
import keras, numpy as np
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
history = model.fit(np.zeros((1000, 3)), np.zeros(1000), batch_size=8, epochs=7, verbose=0)
steps = int(model.optimizer.iterations)
"""
    reader.follow(block("python", text))
    assert reader.namespace["steps"] == STEPS


def test_a_server_is_waited_for_and_ended(reader):
    program = "import time; time.sleep(0.2); open('up', 'w'); print('ready', flush=True); time.sleep(60)"
    reader.follow(block("sh", f'python -c "{program}" &\n'))
    assert (reader.folder / "up").exists()
    (server,) = reader.servers
    reader.stop()
    assert server.returncode is not None
    assert reader.servers == []


def test_a_silent_server_is_not_waited_for_without_end(reader, monkeypatch):
    monkeypatch.setattr(reading, "PATIENCE", 0.3)
    with pytest.raises(AssertionError, match=r"sleep 60 & said nothing in 0.3 seconds"):
        reader.follow(block("sh", "sleep 60 &"))


def test_servers_of_two_readers_have_ports_of_their_own(reader, tmp_path, monkeypatch):
    first = os.environ["PORT"]
    listen = "import http.server, sys; http.server.test(port=int(sys.argv[1]), bind='127.0.0.1')"
    reader.follow(block("sh", f'python -u -c "{listen}" ${{PORT:-8765}} &\n'))
    second = Reader(tmp_path, monkeypatch)
    second.follow(block("sh", f'python -u -c "{listen}" ${{PORT:-8765}} &\n'))
    second.stop()
    assert os.environ["PORT"] != first
