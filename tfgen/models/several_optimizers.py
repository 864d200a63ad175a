"""Several players in one model, each with an optimizer and variables of its own."""

from collections.abc import Callable, Mapping
from typing import Any

import keras

from tfgen import backend
from tfgen.models.image_model import ImageModel


class SeveralOptimizers(ImageModel):
    """A model that is trained by several optimizers, one for each player.

    A subclass names its players in `player_variables`, has a `compile` with an argument `{player}_optimizer` for each,
    in the same order, that hands them to `compile_players`, and updates a player by `minimize`:

        class TwoPlayers(SeveralOptimizers, AutoencoderModel):
            def player_variables(self):
                return {"encoder": self.encoder.trainable_variables, "decoder": self.decoder.trainable_variables}

            def compile(self, encoder_optimizer, decoder_optimizer, **kwargs):
                self.compile_players({"encoder": encoder_optimizer, "decoder": decoder_optimizer}, **kwargs)

            def train_step(self, data):
                self.record(self.minimize("encoder", lambda: self.encoder_objective(data)).logs)
                ...

    The first player's optimizer is `model.optimizer`, the one that Keras' callbacks know; the others are attributes
    `{player}_optimizer`. Saving, mixed precision and recipes (`[optimizers.encoder]`) follow from that. Beside what an
    objective logs, an update logs the norm of its gradient as `{player}_gradient_norm`, which the subclass has among
    its `log_names`.
    """

    def player_variables(self) -> dict[str, list[keras.Variable]]:
        """What an update of each player changes, by the player's name."""
        raise NotImplementedError(f"{type(self).__name__} does not say who its players are")

    def compile_players(self, optimizers: Mapping[str, keras.optimizers.Optimizer | str], **kwargs: Any) -> None:
        """Sets the players' optimizers.

        Args:
            optimizers: One for each player, in the order of `player_variables`.
            kwargs: Keras' own arguments of `compile`.

        Raises:
            ValueError: If two players are given the same optimizer.
        """
        (_, first), *others = ((player, keras.optimizers.get(each)) for player, each in optimizers.items())
        if len({id(first), *(id(each) for _, each in others)}) < len(optimizers):
            raise ValueError(f"two of {', '.join(optimizers)} were given the same optimizer; give each one of its own")
        for player, optimizer in others:
            setattr(self, f"{player}_optimizer", optimizer)
        super().compile(optimizer=first, **kwargs)

    def player_optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        """The optimizers of a compiled model, by the player's name."""
        first, *others = self.player_variables()
        return {first: self.optimizer, **{player: getattr(self, f"{player}_optimizer") for player in others}}

    def optimized_variables(self) -> list[tuple[keras.optimizers.Optimizer, list[keras.Variable]]]:
        """Each player's optimizer, with the variables that its update changes."""
        return list(zip(self.player_optimizers().values(), self.player_variables().values(), strict=True))

    def minimize(
        self,
        player: str,
        objective: Callable[[], tuple[Any, dict[str, Any]]],
        condition: Callable[[dict[str, Any]], Any] | None = None,
    ) -> backend.Update:
        """One update of a player down the gradient of `objective`.

        Arguments and result are `backend.minimize`'s, with the gradient's norm among the logs.
        """
        optimizer = self.player_optimizers()[player]
        update = backend.minimize(objective, self.player_variables()[player], optimizer, condition)
        return update._replace(logs={**update.logs, f"{player}_gradient_norm": update.gradient_norm})

    def fit(self, *args: Any, **kwargs: Any) -> keras.callbacks.History:
        """Keras' `fit`, which ends by writing an optimizer's averages into the weights, here those of all players."""
        history = super().fit(*args, **kwargs)
        # Keras has done so for `self.optimizer`. Before the first step an optimizer's averages are zeros.
        for optimizer, variables in self.optimized_variables()[1:]:
            if optimizer.iterations.numpy():
                optimizer.finalize_variable_values(variables)
        return history

    def get_compile_config(self) -> dict[str, Any]:
        """The arguments of `compile`, serialised, for Keras' `.keras` files; none before it was called."""
        config = super().get_compile_config()
        if config:
            (first, _), *others = self.player_optimizers().items()
            config[f"{first}_optimizer"] = config.pop("optimizer")
            for player, optimizer in others:
                config[f"{player}_optimizer"] = keras.saving.serialize_keras_object(optimizer)
        return config

    def _build_optimizers(self) -> None:
        # Of float16's losses Keras scales the one of `self.optimizer`.
        scaled = keras.optimizers.LossScaleOptimizer
        if isinstance(self.optimizer, scaled):
            for player, optimizer in list(self.player_optimizers().items())[1:]:
                if not isinstance(optimizer, scaled):
                    setattr(self, f"{player}_optimizer", scaled(optimizer))
        super()._build_optimizers()
