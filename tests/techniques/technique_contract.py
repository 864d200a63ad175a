"""What every technique keeps: a test class of one derives from `TechniqueContract`."""

import keras
import numpy as np
from affine import RATE, affine_gan, batch, weights
from model_state import assert_same_state, copy_state, state, variables
from replicas import two_replicas

from tfgen.models import GAN
from tfgen.techniques.technique import Technique


def without(techniques, model_class=GAN, **arguments):
    """The same model with as many techniques that change nothing: they are given noise seeds too."""
    return affine_gan(model_class, techniques=[Technique() for _ in techniques], **arguments)


class TechniqueContract:
    """A subclass says which techniques; a model of `model_class` trains with them."""

    model_class = GAN

    def techniques(self):
        """New techniques that change something within three steps."""
        raise NotImplementedError

    def model(self, **compile_arguments):
        model = affine_gan(self.model_class, techniques=self.techniques(), discriminator_steps=2)
        if compile_arguments:
            model.compile(keras.optimizers.SGD(RATE), keras.optimizers.SGD(RATE), **compile_arguments)
        return model

    def fit(self, model, seed=0, order=slice(None)):
        """Four steps."""
        return model.fit(batch(32, seed)[order], batch_size=8, shuffle=False, verbose=0).history

    def test_without_it_a_training_ends_elsewhere(self):
        model, plain = self.model(), without(self.techniques(), self.model_class, discriminator_steps=2)
        for each in (model, plain):
            self.fit(each)
        assert not np.allclose(weights(model)[2], weights(plain)[2], rtol=1e-4)

    def test_compiled_uncompiled_and_eager_steps_agree(self):
        ways = ({"jit_compile": True}, {"jit_compile": False}, {"jit_compile": False, "run_eagerly": True})
        models = [self.model(**way) for way in ways]
        logs = [self.fit(model) for model in models]
        assert [model.jit_compile for model in models] == [True, False, False]
        for model, log in zip(models[1:], logs[1:], strict=True):
            for value, expected in zip(state(model), state(models[0]), strict=True):
                np.testing.assert_allclose(value, expected, rtol=1e-4, atol=1e-5)
            for name, values in log.items():
                np.testing.assert_allclose(values, logs[0][name], rtol=1e-4, atol=1e-5)

    def test_a_training_goes_on_from_its_file_bit_for_bit(self, tmp_path):
        model = self.model()
        self.fit(model)
        model.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras")
        assert_same_state(loaded, model)
        again = self.model()
        copy_state(model, again)
        for each in (loaded, again):
            self.fit(each, seed=1)
        assert_same_state(loaded, again)
        assert [each.get_config() for each in loaded.techniques] == [each.get_config() for each in model.techniques]

    equals_one_device = True

    def test_two_replicas(self):
        with two_replicas().scope():
            model = self.model()
        history = self.fit(model)
        assert set(history) == set(model.log_names)
        assert np.isfinite(list(history.values())).all()
        if self.equals_one_device:
            one = self.model()
            # One device splits a batch into two parts; of two, each splits its half.
            self.fit(one, order=np.arange(32).reshape(4, 2, 2, 2).swapaxes(1, 2).ravel())
            for variable, value, expected in zip(variables(one), state(model), state(one), strict=True):
                np.testing.assert_allclose(value, expected, rtol=1e-3, atol=1e-5, err_msg=variable.path)

    def test_compiling_again_keeps_what_is_remembered(self):
        model = self.model()
        self.fit(model)
        before = [variable.numpy() for technique in model.techniques for variable in technique.variables]
        model.compile(keras.optimizers.SGD(RATE), keras.optimizers.SGD(RATE))
        after = [variable.numpy() for technique in model.techniques for variable in technique.variables]
        for was, now in zip(before, after, strict=True):
            np.testing.assert_array_equal(was, now)
