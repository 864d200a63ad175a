"""What every adversarial method is made with comes back from its configuration: no `get_config` forgets an argument."""

import inspect
import json

import keras
import pytest
from conditional_checks import NUM_CLASSES, conditional_generator
from tiny_networks import IMAGE_SHAPE, decoder, discriminator, encoder, generator

from tfgen.models import ACGAN, MODELS, AdversarialModel
from tfgen.models.conditional_model import ConditionalModel
from tfgen.models.labelled_model import LabelledModel
from tfgen.networks import conditional
from tfgen.priors import StructuredCodes, Uniform
from tfgen.techniques import InstanceNoise

# None of them the default of any method.
VALUES = {
    "balance_rate": 0.25,
    "categorical_weight": 0.25,
    "clip": 0.25,
    "continuous_weight": 0.25,
    "discriminator_steps": 3,
    "diversity": 0.25,
    "fake_class_weight": 0.25,
    "margin": 0.25,
    "name": "named",
    "noise_scale": 0.25,
    "num_classes": NUM_CLASSES,
    "penalty_weight": 0.25,
    "pulling_away_weight": 0.25,
    "real_target": 0.75,
    "recognition_units": 3,
    "seed": 7,
}


def networks(model_class):
    if not issubclass(model_class, ConditionalModel):
        return {"generator": generator, "discriminator": discriminator, "encoder": encoder, "decoder": decoder}
    base = {"name": "mlp.discriminator", "hidden_dims": (6,)}
    told = lambda: conditional.discriminator(IMAGE_SHAPE, NUM_CLASSES, base=base)  # noqa: E731
    return {"generator": conditional_generator, "discriminator": discriminator if model_class is ACGAN else told}


def parameters(model_class):
    """The constructor's own, and those of the bases that it hands the others on to."""
    found = {}
    for base in model_class.__mro__:
        if issubclass(base, AdversarialModel | LabelledModel) and "__init__" in vars(base):
            own = list(inspect.signature(base.__init__).parameters.values())[1:]
            named = {each.name: each for each in own if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)}
            found = {**named, **found}
    # An energy model makes its discriminator of the two.
    return {name: each for name, each in found.items() if not (name == "discriminator" and "encoder" in found)}


METHODS = [name for name in MODELS.names() if issubclass(MODELS.get(name), AdversarialModel)]


@pytest.mark.parametrize("name", METHODS)
def test_every_argument_comes_back(name):
    model_class = MODELS.get(name)
    made = networks(model_class)
    given = {}
    for argument, parameter in parameters(model_class).items():
        if argument == "prior":
            codes = StructuredCodes(categories=(2,), continuous=1)
            given[argument] = codes if "StructuredCodes" in str(parameter.annotation) else Uniform()
        elif argument == "techniques":
            given[argument] = [InstanceNoise(0.25, 10)]
        else:
            given[argument] = made[argument]() if argument in made else VALUES[argument]
            assert given[argument] != parameter.default
    model = model_class(**given)
    rebuilt = model_class.from_config(json.loads(json.dumps(model.get_config())))
    for argument, value in given.items():
        came_back = getattr(rebuilt, argument)
        if argument == "techniques":
            (value,), (came_back,) = value, came_back
        assert serialised(came_back) == serialised(value), argument


def serialised(value):
    return json.dumps(keras.saving.serialize_keras_object(value))
