"""The recipes of shipped checkpoints train as they did: the losses of 200 steps, bit for bit, on an equal machine."""

import os

import pytest

from tfgen.training.retracing import ElsewhereError, retrace
from tfgen.zoo import list_models
from tfgen.zoo.entries import find

DATA = os.environ.get("TFGEN_DATA")


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in list_models() if find(name).card])
def test_begins_as_recorded(name, monkeypatch):
    if DATA:
        monkeypatch.setenv("TFGEN_DATA", DATA)
    try:
        assert retrace(name) == min(200, find(name).recipe.steps)
    except (ElsewhereError, FileNotFoundError) as error:
        pytest.skip(str(error))
