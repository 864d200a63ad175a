from pathlib import Path

from tfgen.paths import tfgen_home


def test_home_is_told_by_the_environment(monkeypatch):
    monkeypatch.setenv("TFGEN_HOME", "~/elsewhere")
    assert tfgen_home() == Path.home() / "elsewhere"


def test_home_without_the_environment(monkeypatch):
    monkeypatch.delenv("TFGEN_HOME")
    assert tfgen_home() == Path.home() / ".cache" / "tfgen"
