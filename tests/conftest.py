"""Every test has a TFGEN_HOME of its own and no TFGEN_DATA."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("TFGEN_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("TFGEN_DATA", raising=False)
