"""The metrics that `tfgen evaluate` knows by name."""

from tfgen.registry import Registry

METRICS = Registry("metric", "tfgen.evaluation.scores")
