import keras
import numpy as np

from tfgen.networks import minibatch_standard_deviation


def test_the_last_feature_is_the_mean_deviation_of_the_others():
    base = {"name": "dcgan.discriminator", "width": 2}
    model = minibatch_standard_deviation.discriminator((16, 16, 1), base=base)
    images = np.random.default_rng(0).uniform(-1, 1, (6, 16, 16, 1)).astype("float32")
    features = keras.Model(model.input, model.get_layer("logits").input)(images).numpy()
    assert features.shape == (6, 4 * 4 * 4 + 1)
    np.testing.assert_allclose(features[:, -1], np.sqrt(features[:, :-1].var(axis=0) + 1e-8).mean(), rtol=1e-4)


def test_a_base_may_be_a_composition_itself():
    inner = {"name": "minibatch_discrimination.discriminator", "kernels": 5, "base": {"name": "mlp.discriminator"}}
    model = minibatch_standard_deviation.discriminator((4, 4, 1), base=inner)
    assert model.get_layer("logits").input.shape == (None, 256 + 5 + 1)
