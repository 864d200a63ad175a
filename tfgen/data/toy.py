"""Distributions of points in the plane, whose truth is known: where a model of them can be seen and counted.

Points are float32 `(n, 2)`, with room to the borders of [-1, 1] that a generator's tanh cannot reach. `as_images` makes
images of one pixel and two channels of them, which every model takes.
"""

from dataclasses import dataclass

import numpy as np

IMAGE_SHAPE = (1, 1, 2)
RADIUS = 0.8


@dataclass(frozen=True, eq=False)
class GaussianMixture:
    """Equally probable round Gaussians in the plane.

    Attributes:
        centres: float32 `(modes, 2)`, the mean of each.
        standard_deviation: Of either coordinate, the same in all modes.
    """

    centres: np.ndarray
    standard_deviation: float

    def sample(self, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Draws points.

        Args:
            count: How many, 1 or more.
            seed: Seed of NumPy's generator; the same seed gives the same points.

        Returns:
            The points, float32 `(count, 2)`, and the mode that each was drawn from, int64 `(count,)`.

        Raises:
            ValueError: If count is below 1 or the seed negative.
        """
        random = _random(count, seed)
        modes = random.integers(len(self.centres), size=count)
        noise = random.normal(0.0, self.standard_deviation, (count, 2))
        return (self.centres[modes] + noise).astype(np.float32), modes


def gaussian_ring() -> GaussianMixture:
    """Eight Gaussians on a circle, whose standard deviation is 1/100 of its radius.

    The set of Metz et al. 2017 (Unrolled GAN, arXiv 1611.02163; radius 2, standard deviation 0.02), scaled to a radius
    of 0.8.
    """
    angles = 2 * np.pi * np.arange(8) / 8
    centres = RADIUS * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return GaussianMixture(centres.astype(np.float32), RADIUS / 100)


def gaussian_grid() -> GaussianMixture:
    """25 Gaussians on a square grid of 5 by 5, whose standard deviation is 1/40 of the distance of neighbours.

    The set of Srivastava et al. 2017 (VEEGAN, arXiv 1705.07761), coordinates -4 to 4 and standard deviation 0.05 as in
    the code of Gulrajani et al. 2017 (WGAN-GP, arXiv 1704.00028), scaled to coordinates -0.8 to 0.8.
    """
    line = np.linspace(-RADIUS, RADIUS, 5)
    centres = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    return GaussianMixture(centres.astype(np.float32), (line[1] - line[0]) / 40)


def swiss_roll(count: int, seed: int) -> np.ndarray:
    """Points about a spiral of one and a half turns, the roll of scikit-learn's `make_swiss_roll` seen from its end.

    Noise and scale keep the ratio of Gulrajani et al. 2017 (WGAN-GP, arXiv 1704.00028): before scaling the radius grows
    from 1.5 pi to 4.5 pi and the noise has a standard deviation of 0.25; here the outer end has a radius of 0.8.

    Args:
        count: How many, 1 or more.
        seed: Seed of NumPy's generator.

    Returns:
        float32 `(count, 2)`.

    Raises:
        ValueError: If count is below 1 or the seed negative.
    """
    random = _random(count, seed)
    angles = 1.5 * np.pi * (1 + 2 * random.random(count))
    spiral = angles[:, np.newaxis] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    noisy = spiral + random.normal(0.0, 0.25, (count, 2))
    return (noisy * RADIUS / (4.5 * np.pi)).astype(np.float32)


def parallel_lines(count: int, distance: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points on two upright lines, distributions that share no point: example 1 of Arjovsky et al. 2017.

    Between the distributions of the two (Wasserstein GAN, arXiv 1701.07875) the earth mover's distance is the distance
    of the lines, and the Jensen-Shannon divergence is log 2 unless they lie on each other, where both are 0.

    Args:
        count: How many on each line, 1 or more.
        distance: Of the lines, 0 to 1.6.
        seed: Seed of NumPy's generator.

    Returns:
        Two float32 `(count, 2)`: points at -distance/2 and at distance/2, each of uniform height in [-0.5, 0.5).

    Raises:
        ValueError: If the distance is out of its range, count below 1 or the seed negative.
    """
    if not 0.0 <= distance <= 2 * RADIUS:
        raise ValueError(f"distance is {distance}; the lines fit into the square if it is from 0 to {2 * RADIUS}")
    heights = _random(count, seed).random((2, count)) - 0.5
    across = np.full(count, distance / 2)
    left, right = np.stack([-across, heights[0]], axis=1), np.stack([across, heights[1]], axis=1)
    return left.astype(np.float32), right.astype(np.float32)


def as_images(points: np.ndarray) -> np.ndarray:
    """Points `(n, d)` as images `(n, 1, 1, d)` of one pixel."""
    return np.reshape(points, (len(points), 1, 1, -1))


def as_points(images: np.ndarray) -> np.ndarray:
    """Images `(n, 1, 1, d)` of one pixel as points `(n, d)`."""
    return np.reshape(images, (len(images), -1))


def _random(count: int, seed: int) -> np.random.Generator:
    if count < 1 or seed < 0:
        raise ValueError(f"count is {count} and seed {seed}; draw 1 or more points, by a seed that is not negative")
    return np.random.default_rng(seed)
