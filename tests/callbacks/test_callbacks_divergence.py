"""A stop at the first loss that is not a number."""

import numpy as np
import pytest

from tfgen.callbacks.divergence import StopOnDivergence
from tfgen.errors import DivergenceError


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_the_step_and_the_loss_are_named(make_gan, fit, value):
    model = make_gan()
    fit(model)
    callback = StopOnDivergence()
    callback.set_model(model)
    callback.on_train_batch_end(0, {"discriminator_loss": 1.0})
    with pytest.raises(DivergenceError) as caught:
        callback.on_train_batch_end(0, {"discriminator_loss": 1.0, "generator_loss": value})
    assert str(caught.value) == f"the training diverged at step 3: generator_loss is {value}"
