"""What every autoencoder can do: encode, decode, reconstruct, and say how badly it did."""

from typing import Any

import keras

from tfgen import backend
from tfgen.errors import TfgenError
from tfgen.losses.reconstruction import ReconstructionLoss
from tfgen.models.generative_model import GenerativeModel
from tfgen.models.image_model import Signature, check_input

_ENCODING = ("encode", "reconstruct", "anomaly_score")


class AutoencoderModel(GenerativeModel):
    """A model with an encoder and a decoder.

    A subclass says in `objective` what it minimises.

    Args:
        encoder: Network images (n, height, width, channels) in [-1, 1] -> (n, outputs); images are the first input if
            a method gives it more.
        decoder: Network codes (n, latent_dim) -> what `reconstruction_loss` compares with the images; codes are the
            first input likewise.
        reconstruction_loss: What the decoder's outputs mean and what a wrong one costs.
        seed: Seed of all noise that training draws.
        name: Keras' name of the model.

    Raises:
        ValueError: If the decoder's output is not of the shape of the encoder's input.
    """

    decodes_alone = False
    """Whether the weights are those of the decoder alone, which draws images and encodes none."""

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        reconstruction_loss: ReconstructionLoss,
        *,
        seed: int = 0,
        name: str | None = None,
    ):
        codes, images = decoder.inputs[0].shape, encoder.inputs[0].shape
        if decoder.output_shape != images:
            raise ValueError(
                f"the decoder makes images of shape {decoder.output_shape[1:]} and the encoder takes "
                f"{images[1:]}; the two have to be equal"
            )
        super().__init__(codes[-1], images[1:], seed=seed, name=name)
        self._images = backend.TensorSpec((None, *self.image_shape), "float32", name="images")
        self._codes = backend.TensorSpec((None, self.latent_dim), "float32", name="codes")
        self.encoder = encoder
        self.decoder = decoder
        self.reconstruction_loss = reconstruction_loss

    @classmethod
    def network_arguments(cls, image_shape: tuple[int, int, int], latent_dim: int) -> dict[str, dict[str, Any]]:  # noqa: D102
        return {
            "encoder": {"image_shape": image_shape, "output_dim": latent_dim},
            "decoder": {"image_shape": image_shape, "latent_dim": latent_dim},
        }

    def objective(self, images: Any, training: bool) -> tuple[Any, dict[str, Any]]:
        """The scalar that training minimises on a batch of `objective_inputs`, here images, and what to log."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it minimises")

    def objective_inputs(self, images: Any, labels: Any) -> tuple[Any, ...]:
        """What `objective` is given of a batch, its images; a method that learns from labels adds them here."""
        return (images,)

    def train_step(self, data: Any) -> dict[str, Any]:
        """One update of encoder and decoder."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        objective = lambda: self.objective(*self.objective_inputs(images, labels), training=True)  # noqa: E731
        self.record(backend.minimize(objective, self.trainable_variables, self.optimizer).logs)
        return self.logs()

    def test_step(self, data: Any) -> dict[str, Any]:
        """The objective's values on a batch, nothing updated."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        self.record(self.objective(*self.objective_inputs(images, labels), training=False)[1])
        return self.logs()

    def encode(self, images: Any, training: bool = False) -> Any:
        """Codes (n, latent_dim) of images (n, height, width, channels) in [-1, 1]."""
        return self._encoded(images, training)

    def decode(self, codes: Any, training: bool = False) -> Any:
        """Images (n, height, width, channels) in [-1, 1] of codes (n, latent_dim)."""
        check_input(self._codes, codes)
        return self.reconstruction_loss.to_images(self.decoder(codes, training=training))

    @property
    def decoding_weights(self) -> list[keras.Variable]:
        """All weights that `decode` reads, in their order: codes mean the same images as long as these stay."""
        return self.decoder.weights

    def reconstruct(self, images: Any) -> Any:
        """Each image as it comes back from its code."""
        return self.decode(self.encode(images))

    def reconstruction_error(self, images: Any) -> Any:
        """What the reconstruction loss charges for each image, (n,), in its own unit."""
        return self.reconstruction_loss(images, self.decoder(self.encode(images), training=False))

    def anomaly_score(self, images: Any) -> Any:
        """How unusual each image is, (n,): high for what the model was not trained on."""
        return self.reconstruction_error(images)

    def generate(self, latents: Any, labels: Any = None, training: bool = False) -> Any:
        """Images of latents, as `decode`."""
        return self.decode(latents, training=training)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Reconstructions, so that `predict` gives them batch by batch."""
        return self.decode(self.encode(inputs, training=training), training=training)

    def serving_signatures(self) -> dict[str, Signature]:
        """Those of every model, `decode`, and, unless it decodes alone, `encode`, `reconstruct`, `anomaly_score`."""
        images, codes = self._images, self._codes
        signatures = {
            **super().serving_signatures(),
            "encode": Signature(self.encode, (images,), "codes"),
            "decode": Signature(self.decode, (codes,), "images"),
            "reconstruct": Signature(self.reconstruct, (images,), "reconstructions"),
            "anomaly_score": Signature(self.anomaly_score, (images,), "scores"),
        }
        return {name: each for name, each in signatures.items() if not (self.decodes_alone and name in _ENCODING)}

    def signature(self, name: str) -> Signature:
        """The served function of this name.

        Raises:
            ValueError: If the model has none such.
            TfgenError: If it needs the encoder, and the weights are those of the decoder alone.
        """
        if name in _ENCODING:
            self.check_encodes()
        return super().signature(name)

    def check_encodes(self) -> None:
        """Refuses what needs the encoder.

        Raises:
            TfgenError: If the weights are those of the decoder alone.
        """
        if self.decodes_alone:
            raise TfgenError(
                "this checkpoint has the weights of its decoder alone, which draws images and encodes none; its recipe "
                "trains both"
            )

    def _encoded(self, images: Any, training: bool) -> Any:
        self.check_encodes()
        check_input(self._images, images)
        return self.encoder(images, training=training)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {
            **super().get_config(),
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "decoder": keras.saving.serialize_keras_object(self.decoder),
            "reconstruction_loss": keras.saving.serialize_keras_object(self.reconstruction_loss),
            **({"decodes_alone": True} if self.decodes_alone else {}),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "AutoencoderModel":  # noqa: D102
        model = super().from_config({key: value for key, value in config.items() if key != "decodes_alone"})
        model.decodes_alone = config.get("decodes_alone", False)
        return model


def check_code_length(encoder: keras.Model, decoder: keras.Model) -> None:
    """Refuses an encoder whose outputs, taken as codes, are not what the decoder takes.

    Raises:
        ValueError: Saying what both have.
    """
    given, taken = encoder.outputs[0].shape, decoder.inputs[0].shape
    if given != taken:
        raise ValueError(
            f"the encoder gives codes of length {given[-1]} and the decoder takes {taken[-1]}; the two have to be equal"
        )
