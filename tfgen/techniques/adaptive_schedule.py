"""Who trains: the player whose loss is high."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import ops

from tfgen.techniques import TECHNIQUES
from tfgen.techniques.technique import Player, Technique


@TECHNIQUES.register("adaptive_schedule")
@keras.saving.register_keras_serializable(package="tfgen")
class AdaptiveSchedule(Technique):
    """Each player is updated only while its loss is above a threshold: who is far ahead waits for the other.

    The model logs the share of its steps in which each was updated, as `discriminator_updated` and
    `generator_updated`. A player that rests costs as much time as one that trains.

    Args:
        discriminator_threshold: The discriminator rests while its loss, as it is logged, without penalties, is at or
            below this; that of a `GAN` that cannot tell real from generated is 2 log 2, about 1.39.
        generator_threshold: The generator rests while its loss is at or below this; then about 0.69.

    Raises:
        ValueError: If a threshold is not finite.
    """

    log_names = ("discriminator_updated", "generator_updated")

    def __init__(self, discriminator_threshold: float, generator_threshold: float, **kwargs: Any):
        super().__init__(**kwargs)
        self.thresholds = {"discriminator": discriminator_threshold, "generator": generator_threshold}
        for player, threshold in self.thresholds.items():
            if not math.isfinite(threshold):
                raise ValueError(f"{player}_threshold is {threshold}; it is a finite number")

    def condition(self, player: Player) -> Callable[[Any], Any]:  # noqa: D102
        # Not `>`: a loss that is not a number has to be seen, and not to put the player to rest.
        return lambda loss: ops.logical_not(loss <= self.thresholds[player])

    def remember(self, model: Any) -> None:  # noqa: D102
        self.rests = self.add_memory((), "rests", "int64")

    @property
    def generator_rests(self) -> int:  # noqa: D102
        return int(self.rests) if self.built else 0

    def after_update(self, player: Player, variables: Sequence[keras.Variable], applied: Any) -> None:  # noqa: D102
        if player == "generator":
            self.rests.assign_add(ops.cast(1.0 - applied, "int64"))

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        thresholds = {f"{player}_threshold": threshold for player, threshold in self.thresholds.items()}
        return {**super().get_config(), **thresholds}
