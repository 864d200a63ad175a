import sys

import pytest
from tiny_zoo import published, runs, zoo  # noqa: F401


@pytest.fixture
def tfgen_command(monkeypatch, capsys, tmp_path):
    """Runs `tfgen` in this process, in an empty folder: its exit code, standard output and standard error."""
    from tfgen.cli.main import main

    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["tfgen", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_:
            main()
        out, err = capsys.readouterr()
        code = exit_.value.code
        # As the interpreter does with a message.
        return (1, out, f"{err}{code}\n") if isinstance(code, str) else (code or 0, out, err)

    return run
