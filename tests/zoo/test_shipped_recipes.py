"""The recipes of shipped checkpoints train as they did: the losses of 200 steps, bit for bit, on an equal machine."""

import os

import pytest

from tfgen.machine import available_cores, processor
from tfgen.training.retracing import retrace
from tfgen.zoo import card, list_models
from tfgen.zoo.entries import find

DATA = os.environ.get("TFGEN_DATA")
HERE = {"processor": processor(), "cores": available_cores()}


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in list_models() if find(name).card])
def test_begins_as_recorded(name, monkeypatch):
    machine = card(name).get("first_steps", card(name)).get("machine")
    if machine != HERE:
        pytest.skip(f"equal bits need an equal machine; {name} is of {machine}")
    if DATA:
        monkeypatch.setenv("TFGEN_DATA", DATA)
    try:
        assert retrace(name) == min(200, find(name).recipe.steps)
    except FileNotFoundError as error:
        pytest.skip(str(error))
