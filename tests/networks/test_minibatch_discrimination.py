import numpy as np
import pytest

from tfgen.networks import NETWORKS, minibatch_discrimination

COMPOSED = ("conditional", "projection", "minibatch_discrimination", "minibatch_standard_deviation")
BASES = [
    name
    for name in NETWORKS.names()
    if name.endswith(".discriminator") and name.removesuffix(".discriminator") not in COMPOSED
]


@pytest.mark.parametrize("base", BASES)
def test_every_discriminator_can_see_its_batch(base):
    small = {"hidden_dims": [4]} if base == "mlp.discriminator" else {"width": 2}
    model = minibatch_discrimination.discriminator((32, 32, 1), base={"name": base, **small}, kernels=3, kernel_dim=2)
    alone = NETWORKS.get(base)((32, 32, 1), **small)
    assert model.get_layer("logits").input.shape[-1] == alone.get_layer("logits").input.shape[-1] + 3
    images = np.random.default_rng(0).uniform(-1, 1, (4, 32, 32, 1)).astype("float32")
    repeated = np.concatenate([images[:1]] * 4)
    added = model.get_layer("minibatch_discrimination").output
    closeness = type(model)(model.input, added)
    # Of four equal images, each is as close as can be to the three others.
    np.testing.assert_allclose(closeness(repeated)[:, -3:], np.full((4, 3), 3.0), rtol=1e-4)
    assert np.all(closeness(images)[:, -3:] < 3)


def test_number_of_weights():
    base = {"name": "mlp.discriminator", "hidden_dims": [6]}
    model = minibatch_discrimination.discriminator((2, 2, 1), base=base, kernels=5, kernel_dim=3)
    assert model.count_params() == (4 * 6 + 6) + 6 * 5 * 3 + (6 + 5 + 1)
