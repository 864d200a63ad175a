"""Scores as Keras metrics, which take in features batch by batch, within a training step too."""

from typing import Any

import keras
import numpy as np
from keras import ops

from tfgen.metrics.frechet import Moments, covariance_factor


class FrechetDistance(keras.metrics.Metric):
    """Fréchet distance of generated images' features from a reference's: `frechet_distance`, streamed.

    It holds float64 sums about the reference's mean, which add up over replicas. `result` costs an eigendecomposition
    of the reference's rank: ask for it after an epoch rather than a step if features are wide.

    Args:
        reference: Moments of real images' features.
        name: The metric's name.
    """

    def __init__(self, reference: Moments, name: str = "frechet_distance"):
        super().__init__(name=name, dtype="float64")
        self.reference = reference
        self._factor = covariance_factor(reference.covariance)
        width = reference.mean.size
        self.count = self.add_variable((), "zeros", dtype="float64", name="count")
        self.sums = self.add_variable((width,), "zeros", dtype="float64", name="sums")
        self.products = self.add_variable((width, width), "zeros", dtype="float64", name="products")

    def update_state(self, features: Any) -> None:
        """Takes in features of generated images, `(batch, d)`.

        Raises:
            ValueError: If they are not as wide as the reference's.
        """
        width = self.reference.mean.size
        if len(features.shape) != 2 or features.shape[1] != width:
            raise ValueError(
                f"features have shape {tuple(features.shape)}; the reference's are {width} wide: (n, {width})"
            )
        features = ops.cast(features, "float64") - self.reference.mean
        self.count.assign_add(ops.cast(ops.shape(features)[0], "float64"))
        self.sums.assign_add(ops.sum(features, axis=0))
        self.products.assign_add(ops.matmul(ops.transpose(features), features))

    def result(self) -> Any:
        """The distance, a float64 scalar: NaN as long as there are fewer than 2 features."""
        # At least 2, as a decomposition of NaN fails.
        count = ops.maximum(self.count, 2.0)
        step = self.sums / count
        covariance = (self.products - ops.outer(self.sums, step)) / (count - 1.0)
        product = ops.matmul(np.transpose(self._factor), ops.matmul(covariance, self._factor))
        squares, _ = ops.eigh(product)
        # A covariance of n features has rank n - 1; other eigenvalues are rounding, and large once their root is taken.
        rank = product.shape[0]
        real = ops.cast(ops.arange(rank), "float64") >= rank - (count - 1.0)
        roots = ops.sqrt(ops.where(real, ops.maximum(squares, 0.0), 0.0))
        traces = np.trace(self.reference.covariance) + ops.trace(covariance)
        distance = ops.sum(ops.square(step)) + traces - 2.0 * ops.sum(roots)
        return ops.where(self.count < 2.0, np.nan, ops.maximum(distance, 0.0))

    def get_config(self) -> dict[str, Any]:
        """Refused: a configuration is JSON, and a covariance of Inception's features would fill tens of megabytes.

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError(
            "a FrechetDistance has no configuration, as its reference's moments are too large for one; "
            "keep the Moments, and make it anew: FrechetDistance(reference)"
        )


class InceptionScore(keras.metrics.Metric):
    """Inception Score of all images at once: `inception_score` with one split, streamed.

    Args:
        classes: How many classes the classifier knows.
        name: The metric's name.
    """

    def __init__(self, classes: int, name: str = "inception_score"):
        super().__init__(name=name, dtype="float64")
        self.classes = classes
        self.count = self.add_variable((), "zeros", dtype="float64", name="count")
        self.sums = self.add_variable((classes,), "zeros", dtype="float64", name="sums")
        self.negative_entropy = self.add_variable((), "zeros", dtype="float64", name="negative_entropy")

    def update_state(self, probabilities: Any) -> None:
        """Takes in class probabilities of generated images, `(batch, classes)`, whose rows sum to 1.

        Raises:
            ValueError: If there is not one for each class.
        """
        if len(probabilities.shape) != 2 or probabilities.shape[1] != self.classes:
            raise ValueError(f"probabilities have shape {tuple(probabilities.shape)}; give (n, {self.classes})")
        probabilities = ops.cast(probabilities, "float64")
        self.count.assign_add(ops.cast(ops.shape(probabilities)[0], "float64"))
        self.sums.assign_add(ops.sum(probabilities, axis=0))
        self.negative_entropy.assign_add(_sum_p_log_p(probabilities))

    def result(self) -> Any:
        """The score, a float64 scalar: NaN as long as there are no images."""
        return ops.exp(self.negative_entropy / self.count - _sum_p_log_p(self.sums / self.count))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"classes": self.classes, "name": self.name}


def _sum_p_log_p(probabilities: Any) -> Any:
    # 0 log 0 is 0.
    return ops.sum(probabilities * ops.log(ops.maximum(probabilities, np.finfo(np.float64).tiny)))
