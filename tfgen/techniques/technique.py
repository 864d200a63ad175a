"""What a piece of training advice may change in an adversarial step."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import keras

Player = Literal["generator", "discriminator"]


class Technique(keras.layers.Layer):
    """A piece of advice that an adversarial model follows in training; each hook, unless overridden, changes nothing.

    It is a Keras layer so that the model saves what it remembers. That is created when the model is compiled, and is,
    like an optimizer's state, of no use to a model that is not.
    """

    log_names: tuple[str, ...] = ()
    """Names of the values that it makes the model log."""

    def attach(self, model: Any) -> None:
        """Called by the model's `compile`; the first time, creates what the technique remembers.

        Raises:
            ValueError: If it belongs to another model, whose training it remembers.
        """
        if self.built and self._model_id != id(model):
            raise ValueError(f"{type(self).__name__} belongs to another model; give each model techniques of its own")
        if not self.built:
            self._model_id = id(model)
            self.remember(model)
            self.built = True

    def remember(self, model: Any) -> None:
        """Creates what the technique remembers of a training, by `add_memory`."""

    def add_memory(self, shape: Sequence[int], name: str, dtype: str = "float32") -> keras.Variable:
        """A variable of zeros that the model saves and no optimizer updates; of replicas, the first one's counts."""
        return self.add_weight(
            tuple(shape), "zeros", dtype=dtype, trainable=False, aggregation="only_first_replica", name=name
        )

    def shown(self, images: Any, seed: Any) -> Any:
        """What the discriminator is shown in place of images (n, height, width, channels), real or generated.

        Gradients flow through it, to the generator too. `seed` is two integers, new each time.
        """
        return images

    def fakes(self, fakes: Any, labels: Any, seed: Any) -> tuple[Any, Any]:
        """The generated images, and their labels or None, that a discriminator step sees in place of the fresh ones."""
        return fakes, labels

    def weight_penalty(self, player: Player, variables: Sequence[keras.Variable]) -> Any:
        """What is added to a player's loss, a scalar, because of its weights."""
        return 0.0

    def condition(self, player: Player) -> Callable[[Any], Any] | None:
        """Whether a player is updated, as a function of its loss as it is logged; None where it always is.

        One that sets conditions has `discriminator_updated` and `generator_updated` among its `log_names`, and counts
        in `generator_rests`.
        """
        return None

    @property
    def generator_rests(self) -> int:
        """In how many steps the technique has kept the generator from being updated."""
        return 0

    def after_update(self, player: Player, variables: Sequence[keras.Variable], applied: Any) -> None:
        """What is done after each step of a player; `applied` is 1.0, or 0.0 if a condition kept it from an update."""

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Keras' own, where the technique is attached."""
        if self.built:
            super().load_own_variables(store)
