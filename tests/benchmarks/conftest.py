import pytest

from benchmarks.created_equal.report import writing


@pytest.fixture
def undrawn(monkeypatch):
    """Figures are made, and not painted."""
    monkeypatch.setattr(writing, "png", lambda draw, theme, dpi: b"" if draw(theme) else None)
