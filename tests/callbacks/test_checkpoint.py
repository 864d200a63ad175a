"""Checkpoints: all of the state, whole or not at all, and one sentence for what cannot be used."""

import keras
import numpy as np
import pytest

from tfgen.callbacks.checkpoint import Checkpoint, restore_checkpoint
from tfgen.callbacks.divergence import StopOnDivergence
from tfgen.errors import CheckpointError, DivergenceError


@pytest.fixture
def saved(make_gan, fit, tmp_path):
    """A model after three steps, and its checkpoint."""
    model = make_gan(generator_optimizer=keras.optimizers.Adam(0.01, use_ema=True))
    path = tmp_path / "checkpoint.npz"
    states = []
    remember = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: states.append(model.generator.get_weights()))
    fit(model, callbacks=[Checkpoint(path), remember])
    return path, states[-1]


def test_training_goes_on_as_if_nothing_had_happened(make_gan, fit, tmp_path):
    optimizer = {"use_ema": True, "ema_momentum": 0.9}
    unbroken = make_gan(generator_optimizer=keras.optimizers.Adam(0.01, **optimizer))
    fit(unbroken, epochs=2)
    path = tmp_path / "checkpoint.npz"
    fit(make_gan(generator_optimizer=keras.optimizers.Adam(0.01, **optimizer)), callbacks=[Checkpoint(path)])
    # Another model in every weight, momentum, average and in its noise, until it is restored.
    resumed = make_gan(seed=8, generator_optimizer=keras.optimizers.Adam(0.01, **optimizer))
    assert restore_checkpoint(resumed, path) == 3
    fit(resumed)
    for value, expected in zip(resumed.variables, unbroken.variables, strict=True):
        np.testing.assert_array_equal(value, expected)


def test_a_write_that_fails_half_way_leaves_the_old(saved, make_gan, monkeypatch):
    path, _ = saved
    before = path.read_bytes()

    def full_disk(file, **state):
        file.write(b"PK")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", full_disk)
    callback = Checkpoint(path)
    callback.set_model(make_gan())
    with pytest.raises(OSError, match="no space left"):
        callback.on_epoch_end(0)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_damaged_files_are_told_or_hold_the_same_state(saved, make_gan):
    path, weights = saved
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    damaged = [b"", b"not a checkpoint", whole[: len(whole) // 2], whole[:-1]]
    for position in random.choice(len(whole), 150, replace=False):
        damaged.append(whole[:position] + bytes([whole[position] ^ random.integers(1, 256)]) + whole[position + 1 :])
    model = make_gan(seed=8, generator_optimizer=keras.optimizers.Adam(0.01, use_ema=True))
    intact = told = 0
    for content in damaged:
        path.write_bytes(content)
        before = model.get_weights()
        try:
            restore_checkpoint(model, path)
        except CheckpointError as error:
            told += str(path) in str(error)
            for value, expected in zip(model.get_weights(), before, strict=True):
                np.testing.assert_array_equal(value, expected)
        else:
            intact += 1
            for value, expected in zip(model.generator.get_weights(), weights, strict=True):
                np.testing.assert_array_equal(value, expected)
    assert told + intact == len(damaged)
    assert told > 100


def test_a_pickle_is_not_read(make_gan, tmp_path):
    path = tmp_path / "checkpoint.npz"
    np.savez(path, weights=np.array([{"a": 1}], dtype=object))
    with pytest.raises(CheckpointError, match="damaged"):
        restore_checkpoint(make_gan(), path)


def test_another_models_file_is_refused(saved, make_gan, make_autoencoder):
    path, _ = saved
    for model in (make_gan(), make_gan(units=6), make_autoencoder()):
        with pytest.raises(CheckpointError, match="is the state of another model; give this run an output folder of"):
            restore_checkpoint(model, path)


def test_divergence_keeps_the_last_good_state(make_autoencoder, fit, tmp_path):
    path = tmp_path / "checkpoint.npz"
    model = make_autoencoder(keras.optimizers.SGD(0.1))
    callbacks = [StopOnDivergence(), Checkpoint(path)]
    fit(model, callbacks=callbacks)
    good = path.read_bytes()
    model.optimizer.learning_rate = 1e30
    with pytest.raises(DivergenceError, match=r"the training diverged at step \d: (reconstruction_)?loss is (nan|inf)"):
        fit(model, epochs=5, callbacks=callbacks)
    assert path.read_bytes() == good
    assert restore_checkpoint(make_autoencoder(keras.optimizers.SGD(0.1)), path) == 3
    # The loss of the last step before a checkpoint can still be finite where the weights no longer are.
    model = make_autoencoder(keras.optimizers.SGD(0.1))
    model.decoder.trainable_variables[0].assign(np.full(model.decoder.trainable_variables[0].shape, np.nan))
    callback = Checkpoint(path)
    callback.set_model(model)
    with pytest.raises(DivergenceError, match=r"the training diverged by step 0: .*kernel is not finite"):
        callback.on_epoch_end(0)
    assert path.read_bytes() == good
