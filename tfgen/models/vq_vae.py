"""The vector quantised variational autoencoder."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from tfgen import backend
from tfgen.layers import VectorQuantizer
from tfgen.losses.reconstruction import ReconstructionLoss, SquaredError
from tfgen.models import MODELS
from tfgen.models.autoencoder_model import AutoencoderModel
from tfgen.models.constants import check_not_negative
from tfgen.models.image_model import check_input
from tfgen.priors.quantiles import Quantiles


@MODELS.register("vq_vae")
@keras.saving.register_keras_serializable(package="tfgen")
class VQVAE(AutoencoderModel):
    """VQ-VAE: images as maps of discrete codes (van den Oord, Vinyals & Kavukcuoglu 2017, arXiv 1711.00937).

    The encoder gives a map of vectors, of which each is replaced by the nearest of a codebook's; a code is its number.
    The codebook follows moving averages, the alternative of the paper's appendix A.1 (see `VectorQuantizer`); in its
    experiments a loss moves the codebook. A prior network learns, at the same time and without touching the others,
    which codes follow which: the probability of each code of a map given those before it, row by row. The paper trains
    its PixelCNN afterwards.

    It samples by drawing the codes in turn. A latent has a number in [0, 1) for each place of the map, at which the
    distribution function of that place's code is inverted, so that equal latents give equal images. Images do not move
    smoothly with such latents; where one lies within rounding of a boundary, another device may draw another code.

    Logged: `loss`, which encoder and decoder minimise, `reconstruction_loss` + commitment_cost x `commitment_loss`, the
    mean squared distance of a vector's components to its codeword's; `prior_loss`, which the prior network minimises,
    -log p(codes) in nats per image; and, by the codebook's moving averages, `codebook_usage`, the share of codewords in
    use, and `perplexity`, exp of the entropy of their use.

    Args:
        encoder: Network images -> map of vectors (n, map height, map width, features).
        decoder: Network such maps -> images (n, height, width, channels) in [-1, 1].
        prior_network: Network codes, int32 (n, map height, map width) -> logits (n, map height, map width, num_codes),
            each of the codes before it in raster order alone.
        reconstruction_loss: Squared error, averaged over pixels, if not given.
        commitment_cost: beta of the paper: how strongly vectors are held to their codewords.
        decay: Weight of the past in the codebook's moving averages.
        kwargs: As for `AutoencoderModel`.

    Raises:
        ValueError: If the networks do not fit each other, commitment_cost is negative, or decay not in [0, 1).
    """

    log_names = ("loss", "reconstruction_loss", "commitment_loss", "prior_loss", "codebook_usage", "perplexity")
    prior = Quantiles()

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        prior_network: keras.Model,
        reconstruction_loss: ReconstructionLoss | None = None,
        *,
        commitment_cost: float = 0.25,
        decay: float = 0.99,
        **kwargs: Any,
    ):
        _check_maps(encoder, decoder, prior_network)
        check_not_negative(commitment_cost=commitment_cost)
        super().__init__(encoder, decoder, reconstruction_loss or SquaredError(), **kwargs)
        self.prior_network = prior_network
        self.commitment_cost = float(commitment_cost)
        self.decay = float(decay)
        self.num_codes = prior_network.output_shape[-1]
        self.code_shape = encoder.output_shape[1:3]
        self.latent_dim = self.code_shape[0] * self.code_shape[1]
        self._codes = backend.TensorSpec((None, *self.code_shape), "int32", name="codes")
        self.quantizer = VectorQuantizer(self.num_codes, self.decay, name="quantizer")
        self.quantizer.build(encoder.output_shape)

    @classmethod
    def network_arguments(  # noqa: D102
        cls, image_shape: tuple[int, int, int], num_codes: int, embedding_dim: int
    ) -> dict[str, dict[str, Any]]:
        return {
            "encoder": {"image_shape": image_shape, "output_dim": embedding_dim},
            "decoder": {"image_shape": image_shape, "latent_dim": embedding_dim},
            "prior_network": {"num_codes": num_codes},
        }

    def compile(self, optimizer: keras.optimizers.Optimizer | str = "adam", **kwargs: Any) -> None:
        """Sets the optimizer; `kwargs` are Keras' own (`jit_compile`, `steps_per_execution`, ...).

        Raises:
            ValueError: If the optimizer averages weights.
        """
        optimizer = keras.optimizers.get(optimizer)
        if getattr(optimizer, "inner_optimizer", optimizer).use_ema:
            raise ValueError(
                "use_ema averages the networks' weights, and the codebook would stay that of the last encoder's "
                "vectors, which the averaged one does not give; compile a VQ-VAE without use_ema"
            )
        super().compile(optimizer, **kwargs)

    def objective(self, images: Any, training: bool) -> tuple[Any, dict[str, Any]]:  # noqa: D102
        vectors = self._encoded(images, training)
        quantized, codes = self.quantizer(vectors)
        reconstruction = ops.mean(self.reconstruction_loss(images, self.decoder(quantized, training=training)))
        commitment = ops.mean(ops.square(vectors - ops.stop_gradient(quantized)))
        # No gradient leads through codes: they are integers.
        prior_loss = self.prior_loss(codes, training)
        if training:
            self.quantizer.update(vectors, codes, self.noise_seed())
        loss = reconstruction + self.commitment_cost * commitment
        return loss + ops.mean(prior_loss), {
            "loss": loss,
            "reconstruction_loss": reconstruction,
            "commitment_loss": commitment,
            "prior_loss": prior_loss,
            "codebook_usage": self.quantizer.usage(),
            "perplexity": self.quantizer.perplexity(),
        }

    def encode(self, images: Any, training: bool = False) -> Any:
        """Codes, int32 (n, map height, map width) from 0 to num_codes - 1, of images in [-1, 1]."""
        return self.quantizer.nearest(self._encoded(images, training))

    def decode(self, codes: Any, training: bool = False) -> Any:
        """Images (n, height, width, channels) in [-1, 1] of codes, integers (n, map height, map width).

        Raises:
            ValueError: If codes are not such integers; that they are from 0 to num_codes - 1 is seen of NumPy's alone.
        """
        return self.reconstruction_loss.to_images(self._decoded(codes, training))

    def in_batches(  # noqa: D102
        self, signature: str, *inputs: np.ndarray, labels: np.ndarray | None = None, batch_size: int = 256
    ) -> Iterator[np.ndarray]:
        if signature == "decode":
            # What is served sees tensors, whose values it does not know.
            for codes in inputs:
                self._check_codes(np.asarray(codes))
        return super().in_batches(signature, *inputs, labels=labels, batch_size=batch_size)

    @property
    def decoding_weights(self) -> list[keras.Variable]:
        """The codebook, and the decoder's weights."""
        return [self.quantizer.codebook, *self.decoder.weights]

    def reconstruction_error(self, images: Any) -> Any:
        """What the reconstruction loss charges for each image, (n,), in its own unit."""
        return self.reconstruction_loss(images, self._decoded(self.encode(images)))

    def prior_loss(self, codes: Any, training: bool = False) -> Any:
        """-log p(codes) by the prior network, float32 (n,), in nats, of codes (n, map height, map width)."""
        logits = self.prior_network(codes, training=training)
        losses = ops.sparse_categorical_crossentropy(codes, ops.cast(logits, "float32"), from_logits=True)
        return ops.sum(losses, axis=(1, 2))

    def draw_codes(self, latents: Any) -> Any:
        """The codes that latents draw, place after place, from the prior network.

        Args:
            latents: (n, latent_dim) in [0, 1): for each place of the map, in raster order, where its distribution
                function is inverted; less counts as 0 and more as nearly 1.

        Returns:
            int32 (n, map height, map width) from 0 to num_codes - 1.
        """

        def draw(place: Any, codes: Any) -> Any:
            logits = self.prior_network(ops.reshape(codes, (-1, *self.code_shape)), training=False)
            logits = ops.take(ops.reshape(logits, (-1, self.latent_dim, self.num_codes)), place, axis=1)
            cumulative = ops.cumsum(ops.softmax(ops.cast(logits, "float32")), axis=-1)
            # Rounding leaves the last short of 1.
            reached = cumulative / cumulative[:, -1:] <= ops.take(latents, place, axis=1)[:, None]
            drawn = ops.minimum(ops.sum(ops.cast(reached, "int32"), axis=-1), self.num_codes - 1)
            return ops.where(ops.arange(self.latent_dim) == place, drawn[:, None], codes)

        latents = ops.convert_to_tensor(latents)
        codes = ops.zeros((ops.shape(latents)[0], self.latent_dim), "int32")
        return ops.reshape(ops.fori_loop(0, self.latent_dim, draw, codes), (-1, *self.code_shape))

    def generate(self, latents: Any, labels: Any = None, training: bool = False) -> Any:
        """Images (n, height, width, channels) in [-1, 1] of the codes that latents (n, latent_dim) draw."""
        return self.decode(self.draw_codes(latents), training=training)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {
            **super().get_config(),
            "prior_network": keras.saving.serialize_keras_object(self.prior_network),
            "commitment_cost": self.commitment_cost,
            "decay": self.decay,
        }

    def _decoded(self, codes: Any, training: bool = False) -> Any:
        """What the decoder makes of codes."""
        self._check_codes(codes)
        return self.decoder(self.quantizer.lookup(codes), training=training)

    def _check_codes(self, codes: Any) -> None:
        check_input(self._codes, codes)
        dtype = keras.backend.standardize_dtype(codes.dtype)
        if not keras.backend.is_int_dtype(dtype):
            raise ValueError(f"codes are {dtype}; the model takes integers from 0 to {self.num_codes - 1}")
        if not isinstance(codes, np.ndarray) or not codes.size:
            return
        if not 0 <= codes.min() <= codes.max() < self.num_codes:
            raise ValueError(f"codes go from {codes.min()} to {codes.max()}; the model's are 0 to {self.num_codes - 1}")


def _check_maps(encoder: keras.Model, decoder: keras.Model, prior_network: keras.Model) -> None:
    """Refuses networks between which maps do not fit."""
    _, *given = encoder.output_shape
    if len(given) != 3:
        raise ValueError(f"the encoder gives {tuple(given)} an image; a VQ-VAE's gives a map (height, width, features)")
    if encoder.output_shape != decoder.input_shape:
        raise ValueError(
            f"the encoder gives maps of shape {tuple(given)} and the decoder takes {decoder.input_shape[1:]}; the two "
            "have to be equal"
        )
    _, *taken = prior_network.input_shape
    if len(taken) != 2 or any(side not in (None, wanted) for side, wanted in zip(taken, given[:2], strict=True)):
        raise ValueError(
            f"the prior network takes codes of shape {tuple(taken)}, and the encoder's maps are {tuple(given[:2])}; "
            "the two have to be equal"
        )
