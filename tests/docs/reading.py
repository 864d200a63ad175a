"""A reader who does what a page says, from top to bottom, in a folder of their own."""

import contextlib
import io
import os
import shlex
import socket
import subprocess
import sys
import threading
from pathlib import Path

import keras
from pages import Block, commands_of

from tfgen.cli.main import main

STEPS = 2
"""How long a page's trainings are, whatever the page says."""

PATIENCE = 120.0
"""Seconds within which a server has to say that it is there."""


class Reader:
    """Runs the blocks of one page in its order, in the folder that is the working one.

    Python shares one namespace. `tfgen` is run in this process, all else by a shell. Trainings are cut to `STEPS`
    steps: whether they are taken is tested here, and what they lead to is not. `PORT` names a free port for the page's
    server, so that several readers can share a machine.

    Args:
        folder: The reader's folder.
        monkeypatch: Pytest's, by which all is undone that reaches beyond the folder.
    """

    def __init__(self, folder: Path, monkeypatch):
        self.folder, self.monkeypatch = folder, monkeypatch
        self.namespace = {"__name__": "__main__"}
        self.printed = ""
        self.servers: list[subprocess.Popen] = []
        monkeypatch.setenv("PORT", str(_free_port()))

    def follow(self, block: Block) -> None:
        """Does what one block says; one that is not run is passed over."""
        if block.file:
            (self.folder / block.file).write_text(block.text, encoding="utf-8")
        elif block.printed:
            assert self.printed == block.text, f"{block.place}: the block before it prints something else"
        elif block.runs and block.language == "python":
            # The lines of a traceback are the page's.
            code = compile("\n" * (block.line - 1) + block.text, block.page, "exec")
            with self.monkeypatch.context() as short, contextlib.redirect_stdout(io.StringIO()) as output:
                short.setattr(keras.Model, "fit", _short(keras.Model.fit))
                exec(code, self.namespace)
            self.printed = output.getvalue()
        elif block.runs:
            with contextlib.redirect_stdout(io.StringIO()) as output:
                for command in commands_of(block):
                    self._run(block, command)
            self.printed = output.getvalue()

    def stop(self) -> None:
        """Ends the servers that the page started, and forgets the modules that it wrote."""
        while self.servers:
            server = self.servers.pop()
            server.kill()
            server.communicate()
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None) or "").startswith(f"{self.folder}{os.sep}"):
                del sys.modules[name]

    def _run(self, block: Block, command: str) -> None:
        words = shlex.split(command, comments=True)
        if words[0] == "tfgen" and not {"|", ">", "&&", "&"} & set(words):
            assert _exit_code_of(words, self.monkeypatch) == 0, f"{block.place}: {command}"
            return
        assert "tfgen train" not in command, f"{block.place}: a training stands on a line of its own"
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        shell = {"shell": True, "executable": "/bin/bash", "env": {**os.environ, "PATH": path}, "text": True}
        if words[-1] == "&":
            line = f"exec {command.rpartition('&')[0]}"
            server = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **shell)
            self.servers.append(server)
            # What it says first is that it is there; one that is killed says nothing.
            killing = threading.Timer(PATIENCE, server.kill)
            killing.daemon = True
            killing.start()
            said = server.stdout.readline()
            killing.cancel()
            assert said, f"{block.place}: {command} said nothing in {PATIENCE:g} seconds, or ended before"
            return
        done = subprocess.run(command, capture_output=True, timeout=300, **shell)
        assert done.returncode == 0, f"{block.place}: {command}\n{done.stdout}{done.stderr}"
        print(done.stdout, end="")


def _exit_code_of(words: list[str], monkeypatch) -> int | str:
    if words[1] == "train":
        words = [*words, "--steps", str(STEPS)]
    monkeypatch.setattr(sys, "argv", words)
    try:
        main()
    except SystemExit as exit_:
        return exit_.code or 0
    return 0


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _short(fit):
    def short_fit(model, *arguments, epochs=1, steps_per_epoch=None, verbose="auto", **keywords):
        # Without Keras' progress, whose seconds no page can foretell.
        return fit(model, *arguments, epochs=1, steps_per_epoch=STEPS, verbose=0, **keywords)

    return short_fit
