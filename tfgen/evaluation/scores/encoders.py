"""Metrics that ask a model with an encoder: what it loses, what it thinks likely, what it thinks unusual."""

import math

import numpy as np

from tfgen.errors import TfgenError
from tfgen.evaluation.score import Comparison, Metric, Value
from tfgen.evaluation.scores import METRICS
from tfgen.evaluation.sources import Source
from tfgen.latent.generating import needs_labels
from tfgen.metrics.anomaly import anomaly_detection
from tfgen.metrics.features.extractor import Extractor
from tfgen.metrics.log_likelihood import importance_weighted_log_likelihood
from tfgen.metrics.reconstruction import mean_squared_error, peak_signal_to_noise_ratio
from tfgen.metrics.ssim import structural_similarity


@METRICS.register("reconstruction")
class Reconstruction(Metric):
    """Mean squared error, PSNR in dB and SSIM of the reference's images as they come back from their codes."""

    model_has = "reconstruct"

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        subject.model.signature("reconstruct")

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        model, rows, start = comparison.model, [], 0
        labels = comparison.reference.labels(comparison.counts[1]) if needs_labels(model, "reconstruct") else None
        for images in comparison.reference_batches():
            part = None if labels is None else labels[start : start + len(images)]
            start += len(images)
            reconstructions = next(model.in_batches("reconstruct", images, labels=part))
            scores = (mean_squared_error, peak_signal_to_noise_ratio, structural_similarity)
            rows.append(np.stack([score(images, reconstructions) for score in scores], axis=1))
        mse, psnr, similarity = np.concatenate(rows).T
        return [
            _mean("MSE on [-1, 1]", mse),
            _mean("PSNR", psnr, True),
            _mean("SSIM", similarity, True),
        ]


@METRICS.register("log_likelihood")
class LogLikelihood(Metric):
    """Importance-weighted bound on log p(x) and ELBO in nats, of a VAE (Burda et al. 2016, arXiv 1509.00519)."""

    model_has = "likelihood"

    def __init__(self, samples: int = 64):
        self.samples = samples

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        _check_images_alone("log_likelihood", subject)

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        model = comparison.model
        images = np.concatenate(list(comparison.reference_batches()))
        found = importance_weighted_log_likelihood(
            images, model.posterior, model.decoder, model.likelihood, samples=self.samples, seed=comparison.seed
        )
        likelihood = type(model.likelihood).__name__
        return [
            _mean(
                f"log-likelihood ({likelihood}, k={found.samples})", found.importance_weighted, higher_is_better=True
            ),
            _mean(f"ELBO ({likelihood})", found.elbo, higher_is_better=True),
        ]


@METRICS.register("anomalies")
class Anomalies(Metric):
    """AUROC and average precision of a model's anomaly score: the reference is normal, `abnormal` names the others."""

    model_has = "anomaly_score"

    def __init__(self, abnormal: str = ""):
        self.abnormal = abnormal
        if not abnormal:
            raise ValueError("say which images are abnormal, for example --set anomalies.abnormal=mnist:test")

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        _check_images_alone("anomalies", subject)

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        abnormal = comparison.open_images(self.abnormal)
        if abnormal.image_shape != comparison.subject.image_shape:
            raise TfgenError(
                f"the images of {abnormal.label} have shape {abnormal.image_shape}; "
                f"{comparison.subject.label} takes {comparison.subject.image_shape}"
            )
        scores = [
            np.concatenate([next(comparison.model.in_batches("anomaly_score", images)) for images in batches])
            for batches in (comparison.reference_batches(), abnormal.batches(len(abnormal.images), 256))
        ]
        found = anomaly_detection(*scores)
        details = {"abnormal": abnormal.label, "abnormal_images": len(abnormal.images)}
        return [
            Value("AUROC", found.auroc, higher_is_better=True, details=details),
            Value("average precision", found.average_precision, higher_is_better=True, details=details),
        ]


def _check_images_alone(metric: str, subject: Source) -> None:
    if needs_labels(subject.model, "anomaly_score"):
        raise TfgenError(
            f"{subject.label} is told the label of each image, and {metric} gives a model images alone; "
            "score one that takes no labels"
        )


def _mean(name: str, values: np.ndarray, higher_is_better: bool = False) -> Value:
    # An image that comes back whole has an infinite PSNR, and a mean with it no error.
    error = float(values.std(ddof=1)) / math.sqrt(len(values)) if np.isfinite(values).all() else None
    return Value(name, float(values.mean()), error, higher_is_better)
