"""What every method is made with comes back from its configuration: no `get_config` forgets an argument."""

import inspect
import json

import keras
import pytest
from conditional_checks import NUM_CLASSES
from tiny_networks import IMAGE_SHAPE

from tfgen.corruptions import Masking
from tfgen.losses import AbsoluteError, Gaussian
from tfgen.models import MODELS, VAEGAN, AdversarialModel, Classifier
from tfgen.models.autoencoder_model import AutoencoderModel
from tfgen.models.energy_model import EnergyModel
from tfgen.models.labelled_model import LabelledModel
from tfgen.models.likelihood_model import LikelihoodModel
from tfgen.networks import conditional, mlp, pixel_cnn, vq_vae
from tfgen.priors import GaussianMixture, StructuredCodes, Uniform
from tfgen.techniques import InstanceNoise

SHAPES = {"latent_dim": 4, "code_dim": 3, "feature_dim": 3, "num_classes": NUM_CLASSES, "num_codes": 5}

# None of them the default of any method.
VALUES = {
    "alpha": 1.25,
    "balance_rate": 0.25,
    "categorical_weight": 0.25,
    "clip": 0.25,
    "commitment_cost": 0.75,
    "continuous_weight": 0.25,
    "corruption": Masking(0.75),
    "decay": 0.75,
    "discriminator_steps": 3,
    "diversity": 0.25,
    "fake_class_weight": 0.25,
    "free_bits": 0.25,
    "frozen": True,
    "k": 3,
    "kl_warmup_steps": 3,
    "kl_weight": 0.25,
    "likelihood": Gaussian(0.25),
    "margin": 0.25,
    "momentum": 0.75,
    "name": "named",
    "noise_scale": 0.25,
    "num_classes": NUM_CLASSES,
    "penalty_weight": 0.25,
    "prior_deviation": 0.25,
    "pulling_away_weight": 0.25,
    "real_target": 0.75,
    "recognition_units": 3,
    "reconstruction_loss": AbsoluteError(),
    "samples": 3,
    "seed": 7,
    "similarity_weight": 0.25,
    "target_rate": 0.25,
    "techniques": [InstanceNoise(0.25, 10)],
}

PRIORS = {
    "StructuredCodes": StructuredCodes(categories=(2,), continuous=1),
    "ClassPrior": GaussianMixture(NUM_CLASSES, width=0.25),
    "Prior": Uniform(),
}

METHODS = AdversarialModel | AutoencoderModel | Classifier | LabelledModel

# What a method makes of its other arguments, where its base has it from its caller.
MADE = {EnergyModel: "discriminator", LikelihoodModel: "reconstruction_loss", VAEGAN: "reconstruction_loss"}


def networks(model_class, latent_dim):
    """The method's networks by argument name, tiny."""
    asked = inspect.signature(model_class.network_arguments).parameters
    shapes = {**SHAPES, "latent_dim": latent_dim, "embedding_dim": 4}
    arguments = model_class.network_arguments(IMAGE_SHAPE, **{name: shapes[name] for name in asked if name in shapes})
    return {role: network(role, "num_codes" in asked, **given) for role, given in arguments.items()}


def network(role, of_maps, **given):
    if role == "prior_network":
        return pixel_cnn.prior(**given, width=2, blocks=1)
    if of_maps:
        return getattr(vq_vae, role)(**given, width=2, residual_blocks=1)
    if "num_classes" in given:
        return getattr(conditional, role)(**given, base={"name": f"mlp.{role}", "hidden_dims": (6,)})
    return getattr(mlp, role)(**given, hidden_dims=(6,))


def parameters(model_class):
    """The constructor's own, and those of the bases that it hands the others on to."""
    found = {}
    for base in model_class.__mro__:
        if issubclass(base, METHODS) and "__init__" in vars(base):
            own = list(inspect.signature(base.__init__).parameters.values())[1:]
            named = {each.name: each for each in own if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)}
            found = {**named, **found}
    made = {argument for base, argument in MADE.items() if issubclass(model_class, base)}
    return {name: each for name, each in found.items() if name not in made}


@pytest.mark.parametrize("name", MODELS.names())
def test_every_argument_comes_back(name):
    model_class = MODELS.get(name)
    taken = parameters(model_class)
    given = {argument: VALUES[argument] for argument in taken if argument in VALUES}
    if "prior" in taken:
        kind = str(taken["prior"].annotation)
        given["prior"] = next(prior for kind_of, prior in PRIORS.items() if kind_of in kind)
    # A class has its part of a plane.
    latent_dim = 2 if isinstance(given.get("prior"), GaussianMixture) else SHAPES["latent_dim"]
    given |= networks(model_class, latent_dim)
    assert set(given) == set(taken)
    for argument, parameter in taken.items():
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
