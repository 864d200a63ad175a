"""The contractive autoencoder."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.losses.reconstruction import ReconstructionLoss
from tfgen.models import MODELS
from tfgen.models.autoencoder import Autoencoder
from tfgen.models.constants import check_not_negative


@MODELS.register("contractive_autoencoder")
@keras.saving.register_keras_serializable(package="tfgen")
class ContractiveAutoencoder(Autoencoder):
    """Contractive autoencoder (Rifai et al. 2011, ICML): codes that hardly change with the image, by their Jacobian.

    The penalty is the squared Frobenius norm of the encoder's Jacobian J = d code / d image at each image, averaged
    over images. The paper has one sigmoid layer, where the norm has a closed form; an encoder of any depth gets an
    unbiased estimate of it, |v J|^2 for one v ~ N(0, I) an image, at the price of one pass back through the encoder
    in place of latent_dim. It is that of images in [-1, 1], a quarter of that in [0, 1].

    An encoder that normalises over the batch is refused: no image has a Jacobian of its own there. Smaller codes beside
    larger weights of the decoder evade the penalty; the paper's tied weights do not allow that, weight decay holds it
    back.

    Args:
        encoder: Network images -> codes (n, latent_dim), twice differentiable at nearly all images.
        decoder: Network codes -> images (n, height, width, channels) in [-1, 1].
        reconstruction_loss: Squared error, averaged over pixels, if not given.
        penalty_weight: lambda of the paper.
        kwargs: As for `Autoencoder`.

    Raises:
        ValueError: If penalty_weight is negative or not finite, the encoder has batch normalisation, or as
            `Autoencoder` does.
    """

    log_names = (*Autoencoder.log_names, "code_penalty")

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        reconstruction_loss: ReconstructionLoss | None = None,
        *,
        penalty_weight: float = 1e-3,
        **kwargs: Any,
    ):
        check_not_negative(penalty_weight=penalty_weight)
        _check_no_batch_normalization(encoder)
        super().__init__(encoder, decoder, reconstruction_loss, **kwargs)
        self.penalty_weight = float(penalty_weight)

    def code_penalty(self, images: Any, codes: Any, training: bool) -> Any:  # noqa: D102
        directions = backend.normal(ops.shape(codes), self.noise_seed(training))
        projected = lambda seen: ops.cast(self.encode(seen, training), "float32") * directions  # noqa: E731
        slopes = ops.cast(backend.input_gradient(projected, images), "float32")
        return self.penalty_weight * ops.mean(ops.sum(ops.square(slopes), axis=(1, 2, 3)))

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "penalty_weight": self.penalty_weight}


def _check_no_batch_normalization(network: keras.Model) -> None:
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            raise ValueError(
                f"the encoder's layer {layer.name} normalises over the batch, so that no image has a Jacobian of its "
                "own; give a ContractiveAutoencoder an encoder without batch normalisation"
            )
        if isinstance(layer, keras.Model):
            _check_no_batch_normalization(layer)
