import numpy as np
import pytest
from scipy.stats import mstats

from tfgen.metrics import perceptual_path_length

RNG = np.random.default_rng(0)
FIRST, SECOND = RNG.normal(size=(2, 300, 4))
WEIGHTS = RNG.normal(size=(4, 12)) / 10


def generate(latents):
    return (latents @ WEIGHTS).reshape(-1, 2, 2, 3)


def distance(images, others):
    return np.square(images - others).sum(axis=(1, 2, 3))


def lerp(first, second, t):
    return first + t * (second - first)


def slerp(first, second, t):
    first, second = (part / np.linalg.norm(part, axis=1, keepdims=True) for part in (first, second))
    angle = np.arccos((first * second).sum(axis=1, keepdims=True))
    return (np.sin((1 - t) * angle) * first + np.sin(t * angle) * second) / np.sin(angle)


@pytest.mark.parametrize("position", [None, 0.0, 0.7])
def test_a_linear_generator_on_straight_paths(position):
    # ||W (p(t + e) - p(t))||^2 / e^2 = ||W (b - a)||^2 wherever on the path.
    expected = np.square((SECOND - FIRST) @ WEIGHTS).sum(axis=1)
    kept = np.sort(expected)[2:-2]  # 300 paths: ranks 2.99 and 296.01 of 0 to 299, rounded outwards
    result = perceptual_path_length(generate, distance, lerp, FIRST, SECOND, position=position)
    assert result.mean == pytest.approx(kept.mean(), rel=1e-6)
    assert result.paths == 300
    winsorised = np.clip(expected, kept[0], kept[-1])
    assert result.standard_error == pytest.approx(winsorised.std(ddof=1) / (296 / 300) / np.sqrt(300), rel=1e-6)


def test_a_generator_of_the_sphere_on_spherical_paths():
    # The identity moves along a great circle as fast as the angle grows.
    normals = [part / np.linalg.norm(part, axis=1, keepdims=True) for part in (FIRST, SECOND)]
    angles = np.arccos((normals[0] * normals[1]).sum(axis=1))
    result = perceptual_path_length(
        lambda latents: latents.reshape(-1, 2, 2, 1), distance, slerp, FIRST, SECOND, epsilon=1e-3, batch_size=77
    )
    assert result.mean == pytest.approx(np.sort(angles**2)[2:-2].mean(), rel=1e-5)


def test_standard_error_against_scipy():
    lengths = RNG.gamma(2.0, size=20_000)
    result = perceptual_path_length(
        lambda latents: latents, lambda a, b: np.square(a - b)[:, 0], lerp, 0 * lengths[:, None], lengths[:, None]
    )
    expected = mstats.trimmed_stde(lengths**2, limits=(0.01, 0.01))
    assert result.standard_error == pytest.approx(float(expected), rel=1e-3)


def test_outliers_are_trimmed():
    wild = SECOND.copy()
    wild[:2] *= 1e6
    calm = perceptual_path_length(generate, distance, lerp, FIRST, SECOND)
    assert perceptual_path_length(generate, distance, lerp, FIRST, wild).mean == pytest.approx(calm.mean, rel=0.05)


def test_the_seed_draws_the_positions():
    def bent(latents):
        return generate(latents**2)

    results = [perceptual_path_length(bent, distance, lerp, FIRST, SECOND, seed=seed) for seed in (0, 0, 1)]
    assert results[0] == results[1] != results[2]
    batched = perceptual_path_length(bent, distance, lerp, FIRST, SECOND, batch_size=7)
    np.testing.assert_allclose(batched, results[0], rtol=1e-6)


def test_latents_keep_their_dtype():
    dtypes = set()

    def recording(latents):
        dtypes.add(latents.dtype)
        return generate(latents)

    perceptual_path_length(recording, distance, lerp, FIRST.astype(np.float32), SECOND.astype(np.float32))
    assert dtypes == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"second": SECOND[:5]}, r"first latents are \(300, 4\) and second ones \(5, 4\); a path takes one of each"),
        ({"first": FIRST * np.nan}, "first latents have values that are not finite"),
        ({"epsilon": 0.0}, "epsilon is 0.0 and batch_size 64; both are positive"),
        ({"batch_size": 0}, "batch_size 0; both are positive"),
        ({"position": 1.5}, "position is 1.5; it is from 0 to 1"),
        ({"distance": lambda a, b: np.square(a - b)}, r"shape \(64, 2, 2, 3\) for 64 pairs of images; it has to give"),
        ({"distance": lambda a, b: -distance(a, b)}, "one finite squared distance, 0 or more"),
    ],
)
def test_bad_input_is_named(changes, sentence):
    given = {"generate": generate, "distance": distance, "interpolate": lerp, "first": FIRST, "second": SECOND}
    with pytest.raises(ValueError, match=sentence):
        perceptual_path_length(**{**given, **changes})
