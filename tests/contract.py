"""The tests that every model inherits: a test class of a model derives from `ModelContract`."""

import json
import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from dtype_policies import dtype_policy
from model_state import assert_same_state, batch_statistics, copy_state, state, variables
from replicas import two_replicas

from tfgen.callbacks.checkpoint import Checkpoint, restore_checkpoint

BATCH_SIZE = 4


class ImageModelContract:
    """A subclass says how its model is built and compiled, what a training step of it logs, and what it computes."""

    log_names: tuple[str, ...]

    def make(self, **compile_arguments) -> keras.Model:
        """A tiny compiled model of 8x8 or 16x16 images; its initial weights come from Keras' global seed."""
        raise NotImplementedError

    def model(self, seed=0, **compile_arguments):
        keras.utils.set_random_seed(seed)
        return self.make(**compile_arguments)

    def without_batch_statistics(self):
        """The model, of networks without batch normalisation: a replica normalises by its own part of a batch."""
        return self.model()

    def images(self, model, count=3 * BATCH_SIZE):
        return np.random.default_rng(7).uniform(-1, 1, (count, *model.image_shape)).astype("float32")

    def data(self, model, count=3 * BATCH_SIZE):
        """What `fit` and `evaluate` get: images, or images and labels."""
        return (self.images(model, count),)

    def outputs(self, model):
        """What a model computes, to be compared with what a copy of it computes."""
        raise NotImplementedError

    def served(self, model, n, values):
        """What each serving signature has to give for n rows of these values."""
        raise NotImplementedError

    def fit(self, model, epochs=1, **arguments):
        batch_size = arguments.pop("batch_size", BATCH_SIZE)
        return model.fit(*self.data(model), batch_size=batch_size, epochs=epochs, shuffle=False, verbose=0, **arguments)

    @pytest.fixture(scope="class")
    @classmethod
    def trained(cls):
        """A model after six steps, which tests share and leave as it is."""
        model = cls().model()
        cls().fit(model, epochs=2)
        return model

    @pytest.fixture(scope="class")
    @classmethod
    def interrupted(cls, tmp_path_factory):
        """A model after the first three of those steps, likewise shared, and the checkpoint written before `fit` ended.

        What `fit` does at its end, such as to write averages into the weights, is not in the checkpoint.
        """
        model, path = cls().model(), tmp_path_factory.mktemp("interrupted") / "checkpoint.npz"
        cls().fit(model, callbacks=[Checkpoint(path)])
        return model, path

    def test_fit_logs_the_declared_names_and_they_are_finite(self, trained):
        history = trained.history.history
        assert set(history) == set(self.log_names) == set(trained.log_names)
        assert np.isfinite(list(history.values())).all()
        assert int(trained.optimizer.iterations) == 6

    def test_keras_file_restores_everything(self, trained, tmp_path):
        trained.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
        assert type(loaded) is type(trained)
        assert_same_state(loaded, trained)
        np.testing.assert_array_equal(self.outputs(loaded), self.outputs(trained))
        # The file holds all that training depends on: it goes on as the original does.
        original = self.model(seed=9)
        copy_state(trained, original)
        for model in (loaded, original):
            self.fit(model)
        assert int(loaded.optimizer.iterations) == 9
        assert_same_state(loaded, original)

    def test_weights_file_restores_everything(self, trained, tmp_path):
        trained.save_weights(tmp_path / "model.weights.h5")
        other = self.model(seed=9)
        assert not np.array_equal(self.outputs(other), self.outputs(trained))
        other.load_weights(tmp_path / "model.weights.h5")
        assert_same_state(other, trained)
        np.testing.assert_array_equal(self.outputs(other), self.outputs(trained))

    def test_config_round_trip(self, trained):
        config = json.loads(json.dumps(keras.saving.serialize_keras_object(trained)))
        assert config["registered_name"] == f"tfgen>{type(trained).__name__}"
        rebuilt = keras.saving.deserialize_keras_object(config, safe_mode=True)
        assert [v.shape for v in rebuilt.variables] == [v.shape for v in trained.variables]
        again = type(trained).from_config(json.loads(json.dumps(trained.get_config())))
        assert json.dumps(again.get_config()) == json.dumps(trained.get_config())

    def test_a_model_that_was_never_compiled_is_saved_too(self, trained, tmp_path):
        model = type(trained).from_config(trained.get_config())
        model.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras")
        np.testing.assert_array_equal(self.outputs(loaded), self.outputs(model))

    def test_keras_file_keeps_how_the_model_was_compiled(self, tmp_path):
        self.model(jit_compile=False, steps_per_execution=3).save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras")
        assert (loaded.jit_compile, loaded.steps_per_execution) == (False, 3)

    def test_served_signatures_give_what_the_model_gives(self, trained, tmp_path):
        trained.export(tmp_path / "1", verbose=False)
        loaded = tf.saved_model.load(tmp_path / "1")
        assert set(loaded.signatures) == set(trained.serving_signatures())
        for n in (1, 3):
            latents = np.random.default_rng(n).normal(size=(n, getattr(trained, "latent_dim", 1))).astype("float32")
            images = self.images(trained, n)
            values = {"latents": latents, "codes": latents, "images": images, "count": n, "seed": 11}
            values["labels"] = np.arange(n)[::-1] % 2
            expected = self.served(trained, n, values)
            for name, signature in trained.serving_signatures().items():
                inputs = {spec.name: tf.constant(values[spec.name], spec.dtype) for spec in signature.inputs}
                outputs = loaded.signatures[name](**inputs)
                assert list(outputs) == [signature.output]
                assert signature.output not in inputs, "converters to ONNX need other names"
                assert len(outputs[signature.output]) == n
                np.testing.assert_allclose(outputs[signature.output], expected[name], rtol=1e-5, atol=1e-5)

    def test_evaluate_changes_no_weights(self, trained):
        before = [variable.numpy() for variable in (*trained.trainable_variables, *batch_statistics(trained))]
        losses = trained.evaluate(*self.data(trained), batch_size=BATCH_SIZE, verbose=0, return_dict=True)
        assert set(losses) == set(self.log_names)
        assert np.isfinite(list(losses.values())).all()
        after = [variable.numpy() for variable in (*trained.trainable_variables, *batch_statistics(trained))]
        for was, now in zip(before, after, strict=True):
            np.testing.assert_array_equal(was, now)

    def test_compiled_uncompiled_and_eager_steps_agree(self, interrupted):
        shared, _ = interrupted
        models = {(shared.jit_compile, shared.run_eagerly): shared}
        modes = ((True, False), (False, False), (False, True))
        for how in modes:
            if how not in models:
                model = models[how] = self.model(jit_compile=how[0], run_eagerly=how[1])
                assert (model.jit_compile, model.run_eagerly) == how
                self.fit(model)
        compiled, uncompiled, eager = (models[how] for how in modes)
        for other in (compiled, eager):
            for value, expected in zip(state(other), state(uncompiled), strict=True):
                np.testing.assert_allclose(value, expected, rtol=1e-4, atol=2e-5)

    def test_a_seed_decides_everything(self, interrupted):
        first, _ = interrupted
        second, other = self.model(), self.model(seed=1)
        assert any(
            not np.array_equal(a, b) for a, b in zip(second.trainable_variables, other.trainable_variables, strict=True)
        )
        self.fit(second)
        assert_same_state(first, second)

    def test_two_steps_per_execution(self, interrupted):
        one, _ = interrupted
        two = self.model(steps_per_execution=2)
        self.fit(two)
        assert_same_state(one, two)

    def test_two_replicas_equal_one_device(self):
        one = self.without_batch_statistics()
        with two_replicas().scope():
            two = self.without_batch_statistics()
        data = self.data(one, 6 * BATCH_SIZE)
        logs_of_one, logs_of_two = (
            model.fit(*data, batch_size=2 * BATCH_SIZE, shuffle=False, verbose=0).history for model in (one, two)
        )
        for variable, value, expected in zip(variables(one), state(two), state(one), strict=True):
            np.testing.assert_allclose(value, expected, rtol=1e-3, atol=1e-5, err_msg=variable.path)
        for name in self.log_names:
            np.testing.assert_allclose(logs_of_two[name], logs_of_one[name], rtol=1e-4, atol=1e-5, err_msg=name)
        np.testing.assert_allclose(self.outputs(two), self.outputs(one), rtol=1e-3, atol=1e-4)

    def test_mixed_bfloat16_keeps_losses_in_float32(self):
        with dtype_policy("mixed_bfloat16"):
            model = self.model(run_eagerly=True, jit_compile=False)
        recorded = []
        model.record = recorded.append
        model.train_step(tuple(map(tf.constant, self.data(model, BATCH_SIZE))))
        values = {name: value for step in recorded for name, value in step.items()}
        assert set(values) == set(self.log_names)
        for value in values.values():
            assert keras.backend.standardize_dtype(value.dtype) == "float32"
            assert np.isfinite(value).all()
        layers = [layer for part in model.layers for layer in getattr(part, "layers", ())]
        assert "bfloat16" in {layer.compute_dtype for layer in layers}
        assert self.outputs(model).dtype == np.float32

    def test_keras_callbacks_work(self, tmp_path):
        model = self.model()
        monitored = f"val_{self.log_names[0]}"
        rate = model.optimizer.learning_rate.numpy()
        outputs = []
        callbacks = [
            keras.callbacks.EarlyStopping(monitored, patience=2, mode="min", min_delta=1e9),
            keras.callbacks.ReduceLROnPlateau(monitored, factor=0.5, patience=1, mode="min", min_delta=1e9),
            keras.callbacks.CSVLogger(tmp_path / "log.csv"),
            keras.callbacks.ModelCheckpoint(tmp_path / "epoch_{epoch}.keras"),
            # Not after `fit`, which ends by writing averaged weights over the last ones, if an optimizer keeps them.
            keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: outputs.append(self.outputs(model))),
        ]
        validation = self.data(model, BATCH_SIZE)
        self.fit(model, epochs=5, callbacks=callbacks, validation_data=validation, validation_batch_size=BATCH_SIZE)
        # Nothing improves by 1e9: the rate halves after each epoch but the first, and the third is the last.
        assert math.isclose(model.optimizer.learning_rate.numpy(), rate / 4, rel_tol=1e-6)
        assert len((tmp_path / "log.csv").read_text().splitlines()) == 1 + 3
        last = keras.saving.load_model(tmp_path / "epoch_3.keras")
        np.testing.assert_array_equal(self.outputs(last), outputs[-1])


class ModelContract(ImageModelContract):
    """The contract of a generative model: that of every model, and sampling."""

    def outputs(self, model):
        return model.sample(5, seed=3)

    def served(self, model, n, values):
        names = ("encode", "reconstruct", "anomaly_score")
        return {
            "serving_default": model.generate(values["latents"]),
            "generate": model.sample(n, seed=values["seed"]),
            **{name: getattr(model, name)(values["images"]) for name in names if hasattr(model, name)},
            **({"decode": model.decode(values["codes"])} if hasattr(model, "decode") else {}),
        }

    def test_sample(self, trained):
        images = trained.sample(7, seed=1)
        assert images.dtype == np.float32
        assert images.shape == (7, *trained.image_shape)
        assert np.abs(images).max() <= 1
        assert trained.sample(0).shape == (0, *trained.image_shape)
        np.testing.assert_array_equal(trained.sample(7, seed=1), images)
        np.testing.assert_allclose(trained.sample(7, seed=1, batch_size=3), images, atol=1e-6)
        assert not np.array_equal(trained.sample(7, seed=2), images)
        assert not np.array_equal(trained.sample(7), trained.sample(7))
        assert [len(batch) for batch in trained.sample_batches(7, batch_size=3)] == [3, 3, 1]

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            ({"n": -1}, "n is -1; the number of samples is 0 or more"),
            ({"n": 2, "labels": [1]}, "1 labels were given for 2 samples"),
            ({"n": 1, "labels": [1]}, "takes latents here, and 2 inputs were given"),
        ],
    )
    def test_sample_refuses_what_it_cannot_draw(self, trained, arguments, sentence):
        with pytest.raises(ValueError, match=sentence):
            trained.sample(**arguments)


class AdversarialContract(ModelContract):
    """The contract of a method with a generator and a discriminator: batch normalisation is not in its networks."""

    log_names = (
        "discriminator_loss",
        "generator_loss",
        "real_score",
        "fake_score",
        "discriminator_gradient_norm",
        "generator_gradient_norm",
    )

    def optimizers(self):
        return (
            keras.optimizers.Adam(1e-3, beta_1=0.5, use_ema=True, ema_momentum=0.9),
            keras.optimizers.Adam(1e-3, beta_1=0.5),
        )

    def test_two_replicas_equal_one_device(self):
        one = self.without_batch_statistics()
        with two_replicas().scope():
            two = self.without_batch_statistics()
        rows = 2 * BATCH_SIZE
        data = self.data(one, 3 * rows * one.discriminator_steps)
        # One device splits a batch into k parts; of two, each splits its half.
        order = np.arange(len(data[0])).reshape(3, one.discriminator_steps, 2, BATCH_SIZE).swapaxes(1, 2).ravel()
        arguments = {"batch_size": rows * one.discriminator_steps, "shuffle": False, "verbose": 0}
        logs_of_one = one.fit(*data, **arguments).history
        logs_of_two = two.fit(*(array[order] for array in data), **arguments).history
        for variable, value, expected in zip(variables(one), state(two), state(one), strict=True):
            np.testing.assert_allclose(value, expected, rtol=1e-3, atol=1e-4, err_msg=variable.path)
        for name in set(self.log_names) - {"discriminator_gradient_norm", "generator_gradient_norm"}:
            np.testing.assert_allclose(logs_of_two[name], logs_of_one[name], rtol=1e-3, atol=1e-4, err_msg=name)

    def test_mixed_float16_scales_the_losses_of_both_networks(self):
        with dtype_policy("mixed_float16"):
            model = self.model(run_eagerly=True, jit_compile=False)
        for optimizer, _ in model.optimized_variables():
            assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
        data = tuple(map(tf.constant, self.data(model, BATCH_SIZE)))
        # The optimizers start with a scale at which gradients may overflow, skip these steps and halve it.
        for _ in range(4):
            model.reset_metrics()
            logs = model.train_step(data)
        assert np.isfinite([float(value) for value in logs.values()]).all()

    def test_a_killed_training_goes_on_with_the_same_bits(self, trained, interrupted):
        _, checkpoint = interrupted
        resumed = self.model(seed=9)
        assert restore_checkpoint(resumed, checkpoint) == 3
        self.fit(resumed)
        assert_same_state(resumed, trained)
