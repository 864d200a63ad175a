import pytest
from affine import affine_gan

from tfgen.models import DRAGAN, R1GAN, WGANGP
from tfgen.models.constants import check_not_negative


def test_what_is_allowed():
    check_not_negative(rate=0, weight=0.5)
    for value in (-1e-9, float("inf"), float("nan")):
        with pytest.raises(ValueError, match=f"weight is {value}; it is a finite number, 0 or more"):
            check_not_negative(rate=0.0, weight=value)


@pytest.mark.parametrize(
    ("model_class", "name"),
    [(DRAGAN, "penalty_weight"), (DRAGAN, "noise_scale"), (R1GAN, "penalty_weight"), (WGANGP, "penalty_weight")],
)
def test_gradient_penalties_check_theirs(model_class, name):
    with pytest.raises(ValueError, match=f"{name} is -1; it is a finite number, 0 or more"):
        affine_gan(model_class, **{name: -1})
