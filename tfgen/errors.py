"""Failures that tfgen names itself; bad arguments are ValueErrors."""


class TfgenError(Exception):
    """A failure whose message is one sentence for a person: what was wrong, and what to do."""


class DivergenceError(TfgenError):
    """A training whose losses or weights are no longer finite."""


class CheckpointError(TfgenError):
    """A checkpoint that cannot be used: damaged, incomplete, or of another model."""
