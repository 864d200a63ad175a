"""The seam to TensorFlow: gradients against closed forms, noise against its distribution."""

import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops
from replicas import two_replicas
from scipy import stats

from tfgen import backend


def test_minimize_follows_the_gradient_of_the_given_variables_only():
    x, y = keras.Variable([1.0, 2.0]), keras.Variable(3.0)
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build([x])
    update = backend.minimize(lambda: (ops.sum(x**2) * y, {"loss": ops.sum(x)}), [x], optimizer)
    np.testing.assert_allclose(x, [1 - 0.1 * 2 * 3, 2 - 0.1 * 4 * 3], rtol=1e-6)
    assert float(y) == 3.0
    assert float(update.logs["loss"]) == 3.0  # as it was before the update
    assert float(update.gradient_norm) == pytest.approx(3 * np.hypot(2, 4), rel=1e-6)
    assert float(update.applied) == 1
    assert int(optimizer.iterations) == 1


def test_minimize_scales_and_unscales_the_loss_of_float16():
    x = keras.Variable([1.0, 2.0])
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=8.0)
    optimizer.build([x])
    update = backend.minimize(lambda: (ops.sum(x**2), {}), [x], optimizer)
    np.testing.assert_allclose(x, [0.8, 1.6], rtol=1e-6)
    assert float(update.gradient_norm) == pytest.approx(np.hypot(2, 4), rel=1e-6)


@pytest.mark.parametrize("jit_compile", [False, True])
def test_minimize_on_a_condition_leaves_all_as_it_was(jit_compile):
    x = keras.Variable([1.0, 2.0])
    optimizer = keras.optimizers.Adam(0.1)
    optimizer.build([x])
    step = tf.function(
        lambda: (
            backend.minimize(
                lambda: (ops.sum(x**2), {"loss": ops.sum(x**2)}), [x], optimizer, lambda logs: logs["loss"] > 4
            ).applied
        ),
        jit_compile=jit_compile,
    )
    applied, losses = [], []
    for _ in range(6):
        losses.append(float(ops.sum(x**2)))
        before = [v.numpy() for v in (x, *optimizer.variables)]
        applied.append(bool(step()))
        after = [v.numpy() for v in (x, *optimizer.variables)]
        if not applied[-1]:
            assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    assert applied == [loss > 4 for loss in losses]
    assert set(applied) == {True, False}
    assert int(optimizer.iterations) == sum(applied)


def test_minimize_averages_over_replicas():
    with two_replicas().scope():
        x = keras.Variable(1.0)
        optimizer = keras.optimizers.SGD(1.0)
        optimizer.build([x])

    @tf.function
    def step():
        replica = ops.cast(tf.distribute.get_replica_context().replica_id_in_sync_group, "float32")
        objective = lambda: (x * (2.0 + replica), {"loss": x * (2.0 + replica)})  # noqa: E731
        condition = lambda logs: backend.batch_mean(logs["loss"][None]) > 2.4  # noqa: E731
        # Their mean loss is 2.5, so that both update on the first condition and neither on the second.
        backend.minimize(objective, [x], optimizer, condition)
        backend.minimize(objective, [x], optimizer, condition)

    strategy = x.value.distribute_strategy
    with strategy.scope():
        strategy.run(step)
    assert [float(value) for value in x.value.values] == pytest.approx([1 - 2.5] * 2)


def test_input_gradient():
    images = tf.constant(np.random.default_rng(0).normal(size=(3, 2, 2, 1)).astype("float32"))
    gradient = backend.input_gradient(lambda x: ops.sum(x**3, axis=(1, 2, 3)), images)
    np.testing.assert_allclose(gradient, 3 * images**2, rtol=1e-5)


def test_a_penalty_on_an_input_gradient_has_a_gradient_of_its_own():
    w = keras.Variable([3.0, 4.0])
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build([w])

    def penalty():
        slopes = backend.input_gradient(lambda x: ops.matmul(x, ops.reshape(w, (2, 1))), tf.ones((5, 2)))
        return ops.mean((ops.norm(slopes, axis=1) - 1) ** 2), {}

    backend.minimize(penalty, [w], optimizer)
    np.testing.assert_allclose(w, np.array([3.0, 4.0]) * (1 - 0.1 * 2 * (5 - 1) / 5), rtol=1e-5)


@pytest.mark.parametrize(
    ("draw", "distribution"),
    [(backend.normal, stats.norm()), (backend.uniform, stats.uniform())],
    ids=["normal", "uniform"],
)
def test_noise_follows_its_distribution(draw, distribution):
    noise = draw((200, 500), (3, 4)).numpy()
    assert noise.dtype == np.float32
    assert np.isfinite(noise).all()
    # Of right noise the p-values of many seeds are uniform themselves; one alone is small now and then.
    pvalues = [
        stats.kstest(draw((50, 500), (3, counter)).numpy().ravel(), distribution.cdf).pvalue for counter in range(30)
    ]
    assert stats.kstest(pvalues, "uniform").pvalue > 0.001
    rows, columns = np.corrcoef(noise[::2].ravel(), noise[1::2].ravel())[0, 1], np.corrcoef(noise[:, :2].T)[0, 1]
    assert abs(rows) < 5 / np.sqrt(noise.size / 2)
    assert abs(columns) < 5 / np.sqrt(200)


def test_uniform_stays_within_its_range():
    noise = backend.uniform((1_000_000,), (0, 0), -1.0, 1.0).numpy()
    assert noise.min() >= -1
    assert noise.max() < 1
    assert stats.kstest(noise, stats.uniform(-1, 2).cdf).pvalue > 0.01


@pytest.mark.parametrize("draw", [backend.normal, backend.uniform])
def test_a_seed_draws_the_same_noise_under_xla_and_in_int64(draw):
    seed = (5, 6)
    noise = draw((1000,), seed).numpy()
    np.testing.assert_array_equal(draw((1000,), seed), noise)
    np.testing.assert_array_equal(draw((1000,), np.array(seed, np.int64)), noise)
    for other in ((5, 7), (6, 6)):
        assert not np.isin(draw((1000,), other), noise).any()
    compiled = tf.function(lambda: draw((1000,), seed), jit_compile=True)()
    np.testing.assert_allclose(compiled, noise, atol=1e-5)


@pytest.mark.parametrize("shape", [(100,), (7, 3)])
def test_replicas_draw_the_parts_of_what_one_device_draws(shape):
    strategy = two_replicas()
    parts = strategy.run(tf.function(lambda: backend.normal(shape, (1, 2)))).values
    np.testing.assert_allclose(tf.concat(parts, 0), backend.normal((2 * shape[0], *shape[1:]), (1, 2)), atol=1e-6)
    sized = strategy.run(tf.function(lambda n: backend.uniform((n, 3), (1, 2))), args=(tf.constant(4),)).values
    np.testing.assert_array_equal(tf.concat(sized, 0), backend.uniform((8, 3), (1, 2)))


def test_batch_mean_is_over_all_replicas_and_so_is_its_gradient():
    with two_replicas().scope():
        x = keras.Variable([1.0, 2.0])
        optimizer = keras.optimizers.SGD(1.0)
        optimizer.build([x])

    def objective():
        replica = ops.cast(tf.distribute.get_replica_context().replica_id_in_sync_group, "float32")
        # The whole batch has the rows x, x, x, 2 x, with the mean 1.25 x.
        mean = backend.batch_mean(ops.stack([1.0 * x, (1.0 + replica) * x]))
        return ops.sum(mean**2), {"mean": mean}

    step = tf.function(lambda: backend.minimize(objective, [x], optimizer).logs["mean"])
    strategy = x.value.distribute_strategy
    with strategy.scope():
        means = strategy.run(step).values
    np.testing.assert_allclose(means, [[1.25, 2.5]] * 2, rtol=1e-6)
    np.testing.assert_allclose(x.value.values[0], np.array([1.0, 2.0]) * (1 - 2 * 1.25**2), rtol=1e-6)


def test_all_rows_are_those_of_all_replicas_and_gradients_flow_back():
    with two_replicas().scope():
        x = keras.Variable([1.0, 2.0])
        optimizer = keras.optimizers.SGD(1.0)
        optimizer.build([x])

    def objective():
        replica = ops.cast(tf.distribute.get_replica_context().replica_id_in_sync_group, "float32")
        # The rows x and 3 x, each on a replica; the squared distance of the two is 4 |x|^2.
        rows = backend.all_rows(((1.0 + 2.0 * replica) * x)[None])
        return ops.sum((rows[1] - rows[0]) ** 2), {"rows": rows}

    step = tf.function(lambda: backend.minimize(objective, [x], optimizer).logs["rows"])
    strategy = x.value.distribute_strategy
    with strategy.scope():
        rows = strategy.run(step).values
    for found in rows:
        np.testing.assert_allclose(found, [[1.0, 2.0], [3.0, 6.0]])
    np.testing.assert_allclose(x.value.values[0], np.array([1.0, 2.0]) * (1 - 8), rtol=1e-6)
    np.testing.assert_array_equal(backend.all_rows(np.eye(2)), np.eye(2))


def test_random_rows_are_drawn_once_each_before_any_again():
    rows = np.arange(12, dtype="float32").reshape(6, 2)
    found = backend.random_rows(rows, 15, (0, 1)).numpy()
    for start in (0, 6):
        np.testing.assert_array_equal(np.sort(found[start : start + 6], axis=0), rows)
    assert len(np.unique(found[12:], axis=0)) == 3
    np.testing.assert_array_equal(backend.random_rows(rows, 4, (0, 1)), found[:4])
    assert not np.array_equal(backend.random_rows(rows, 6, (0, 2)), found[:6])
    first = [float(backend.random_rows(rows, 1, (0, seed))[0, 0]) for seed in range(600)]
    assert stats.chisquare(np.unique(first, return_counts=True)[1]).pvalue > 0.001


def test_random_rows_are_those_of_the_whole_batch_on_every_replica():
    rows = np.arange(12, dtype="float32").reshape(6, 2)
    strategy = two_replicas()

    @tf.function
    def draw():
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        return backend.random_rows(tf.slice(rows, [3 * replica, 0], [3, 2]), 5, (0, 1))

    with strategy.scope():
        for found in strategy.run(draw).values:
            np.testing.assert_array_equal(found, backend.random_rows(rows, 5, (0, 1)))


def test_function_takes_any_batch_size_in_one_trace():
    traces = []

    def double(x):
        traces.append(x)
        return 2 * x

    compiled = backend.function(double, [backend.TensorSpec((None, 2), "float32")])
    for n in (0, 1, 3):
        assert compiled(np.ones((n, 2), np.float32)).shape == (n, 2)
    assert len(traces) == 1


def test_another_backend_of_keras_is_refused_in_one_sentence():
    # Keras itself, in a stub: its other backends need not be installed here.
    code = """
import sys, types
sys.modules["keras"] = types.ModuleType("keras")
sys.modules["keras"].backend = types.SimpleNamespace(backend=lambda: "jax")
import tfgen.backend
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == (
        "ImportError: tfgen trains on Keras' TensorFlow backend, and KERAS_BACKEND is 'jax'; "
        "set KERAS_BACKEND=tensorflow before Keras is imported"
    )
