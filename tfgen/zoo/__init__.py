"""The model zoo: checkpoints by name, with their recipes, cards and checks."""

from tfgen.zoo.entries import card, list_models
from tfgen.zoo.loading import load
from tfgen.zoo.publishing import publish
from tfgen.zoo.pushing import push
from tfgen.zoo.verification import Verification, verify

__all__ = ["Verification", "card", "list_models", "load", "publish", "push", "verify"]
