"""Historical averaging."""

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from tfgen.techniques import TECHNIQUES
from tfgen.techniques.technique import Player, Technique


@TECHNIQUES.register("historical_averaging")
@keras.saving.register_keras_serializable(package="tfgen")
class HistoricalAveraging(Technique):
    """Keeps each player near the mean of its own past (Salimans et al. 2016, arXiv 1606.03498, section 3.3).

    To either loss is added ||theta - (theta[1] + ... + theta[t]) / t||^2, where theta[i] are the player's trainable
    weights after its i-th update: players that circle around an equilibrium are drawn into it.

    Args:
        weight: What the square is multiplied by; the paper gives none.

    Raises:
        ValueError: If weight is not a positive number.
    """

    def __init__(self, weight: float = 1.0, **kwargs: Any):
        if not 0 < weight < math.inf:
            raise ValueError(f"weight is {weight}; historical averaging has a positive one")
        super().__init__(**kwargs)
        self.weight = float(weight)

    def remember(self, model: Any) -> None:  # noqa: D102
        players = {"generator": model.generator_variables(), "discriminator": model.discriminator_variables()}
        self.updates = {player: self.add_memory((), f"{player}_updates", "int64") for player in players}
        self.means = {
            player: [
                self.add_memory(variable.shape, f"{player}_mean_{index}", variable.dtype)
                for index, variable in enumerate(variables)
            ]
            for player, variables in players.items()
        }

    def weight_penalty(self, player: Player, variables: Sequence[keras.Variable]) -> Any:  # noqa: D102
        squares = [
            ops.sum(ops.square(variable - mean)) for variable, mean in zip(variables, self.means[player], strict=True)
        ]
        # Before the first update there is no past.
        return self.weight * ops.cast(self.updates[player] > 0, "float32") * sum(squares)

    def after_update(self, player: Player, variables: Sequence[keras.Variable], applied: Any) -> None:  # noqa: D102
        self.updates[player].assign_add(ops.cast(applied, "int64"))
        share = applied / ops.maximum(ops.cast(self.updates[player], "float32"), 1.0)
        for variable, mean in zip(variables, self.means[player], strict=True):
            mean.assign_add(ops.cast(share, mean.dtype) * (variable - mean))

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "weight": self.weight}
