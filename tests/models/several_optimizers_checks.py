"""What every model of several players has to do beyond the contract of one optimizer."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from contract import BATCH_SIZE, ModelContract
from dtype_policies import dtype_policy
from model_state import assert_same_state, state, variables
from replicas import two_replicas

from tfgen.callbacks.averaging import averaged_weights
from tfgen.callbacks.checkpoint import restore_checkpoint


class SeveralOptimizersContract(ModelContract):
    """A subclass compiles its model with `optimizers`, of which the first and the last average weights."""

    def optimizers(self, players):
        averaging = {"use_ema": True, "ema_momentum": 0.9}
        return (
            keras.optimizers.Adam(1e-3, **averaging),
            *(keras.optimizers.Adam(1e-3, beta_1=0.5) for _ in range(players - 2)),
            keras.optimizers.Adam(1e-3, beta_1=0.5, **averaging),
        )

    def test_two_replicas_equal_one_device(self):
        one = self.without_batch_statistics()
        with two_replicas().scope():
            two = self.without_batch_statistics()
        data = self.data(one, 6 * BATCH_SIZE)
        histories = [
            model.fit(*data, batch_size=2 * BATCH_SIZE, shuffle=False, verbose=0).history for model in (one, two)
        ]
        for variable, value, expected in zip(variables(one), state(two), state(one), strict=True):
            np.testing.assert_allclose(value, expected, rtol=1e-3, atol=1e-4, err_msg=variable.path)
        # Of several replicas each logs its own gradient's norm.
        for name in (each for each in self.log_names if not each.endswith("gradient_norm")):
            np.testing.assert_allclose(histories[1][name], histories[0][name], rtol=1e-3, atol=1e-4, err_msg=name)

    def test_a_killed_training_goes_on_with_the_same_bits(self, trained, interrupted):
        _, checkpoint = interrupted
        resumed = self.model(seed=9)
        assert restore_checkpoint(resumed, checkpoint) == 3
        self.fit(resumed)
        assert_same_state(resumed, trained)

    def test_averages_are_of_the_players_that_keep_them(self):
        model = self.model()
        for _ in range(3):
            model.train_on_batch(*self.data(model, BATCH_SIZE))
        last, kept = state(model), averages(model)
        for variables_, means in kept:
            assert any(not np.array_equal(each, mean) for each, mean in zip(variables_, means, strict=True))
        with averaged_weights(model):
            assert_averaged(kept)
        for value, before in zip(state(model), last, strict=True):
            np.testing.assert_array_equal(value, before)

    def test_fit_ends_with_the_averages_of_every_player(self, trained):
        assert_averaged(averages(trained))

    def test_a_fit_without_a_step_leaves_the_weights(self):
        model = self.model()
        before = state(model)
        self.fit(model, epochs=0)
        for value, was in zip(state(model), before, strict=True):
            np.testing.assert_array_equal(value, was)

    def test_mixed_float16_scales_every_loss(self):
        with dtype_policy("mixed_float16"):
            model = self.model(run_eagerly=True, jit_compile=False)
        for optimizer in model.player_optimizers().values():
            assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
        data = tuple(map(tf.constant, self.data(model, BATCH_SIZE)))
        # The optimizers start with a scale at which gradients may overflow, skip these steps and halve it.
        for _ in range(4):
            model.reset_metrics()
            logs = model.train_step(data)
        assert np.isfinite([float(value) for value in logs.values()]).all()

    def test_an_optimizer_is_of_one_player(self):
        model = self.model()
        players = list(model.player_optimizers())
        shared = keras.optimizers.SGD()
        with pytest.raises(ValueError, match=f"^two of {', '.join(players)} were given the same optimizer; give each"):
            model.compile(*(shared for _ in players))


def averages(model):
    """The variables of each of the two players that average, with the averages as they are now."""
    kept = [(optimizer, each) for optimizer, each in model.optimized_variables() if optimizer.use_ema]
    assert len(kept) == 2
    return [(each, [mean.numpy() for mean in optimizer._model_variables_moving_average]) for optimizer, each in kept]


def assert_averaged(kept):
    for variables_, means in kept:
        for variable, mean in zip(variables_, means, strict=True):
            np.testing.assert_array_equal(variable, mean, err_msg=variable.path)
