"""What GANs share whose discriminator is an autoencoder."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.models.adversarial_model import AdversarialModel
from tfgen.models.image_model import Signature, check_input


class EnergyModel(AdversarialModel):
    """A generator against an autoencoder, whose reconstruction error is an image's energy: low for what is real.

    Args:
        generator: Network (n, latent_dim) -> images (n, height, width, channels) in [-1, 1].
        encoder: Network images -> codes (n, code_dim).
        decoder: Network codes -> images in [-1, 1].
        arguments: Those of every `AdversarialModel`.

    Raises:
        ValueError: If the networks do not fit, or as `AdversarialModel` does.
    """

    def __init__(self, generator: keras.Model, encoder: keras.Model, decoder: keras.Model, **arguments: Any):
        if encoder.output_shape != decoder.input_shape or decoder.output_shape != encoder.input_shape:
            raise ValueError(
                f"the encoder maps {encoder.input_shape[1:]} to {encoder.output_shape[1:]} and the decoder "
                f"{decoder.input_shape[1:]} to {decoder.output_shape[1:]}; the one has to undo the other"
            )
        autoencoder = keras.Model(encoder.inputs, decoder(encoder.outputs[0]), name="discriminator")
        super().__init__(generator, autoencoder, **arguments)
        self._images = backend.TensorSpec((None, *self.image_shape), "float32", name="images")
        self.encoder = encoder
        self.decoder = decoder

    @classmethod
    def network_arguments(  # noqa: D102
        cls, image_shape: tuple[int, int, int], latent_dim: int, code_dim: int
    ) -> dict[str, dict[str, Any]]:
        return {
            "generator": {"image_shape": image_shape, "latent_dim": latent_dim},
            "encoder": {"image_shape": image_shape, "output_dim": code_dim},
            "decoder": {"image_shape": image_shape, "latent_dim": code_dim},
        }

    def discriminate(self, images: Any, labels: Any = None, training: bool = True) -> Any:
        """The energies (n, 1) of images: the error of the autoencoder on what it is shown."""
        return self.energies(images, training)[0]

    def energies(self, images: Any, training: bool = True) -> tuple[Any, Any]:
        """Energies (n, 1), float32, and codes (n, code_dim) of images."""
        shown = self.shown(images, training)
        codes = self.encoder(shown, training=training)
        return self.energy(shown, self.decoder(codes, training=training)), codes

    def energy(self, images: Any, reconstructions: Any) -> Any:
        """The energy (n, 1) of images that the autoencoder gives back so."""
        raise NotImplementedError(f"{type(self).__name__} does not say what an image's energy is")

    def generator_loss(self, fake_outputs: Any) -> Any:
        """The mean energy of generated images."""
        return ops.mean(fake_outputs)

    def encode(self, images: Any) -> Any:
        """The autoencoder's codes (n, code_dim) of images in [-1, 1]; they are not the generator's latents."""
        check_input(self._images, images)
        return self.encoder(images, training=False)

    def reconstruct(self, images: Any) -> Any:
        """Images as the autoencoder gives them back, (n, height, width, channels)."""
        return self.decoder(self.encode(images), training=False)

    def anomaly_score(self, images: Any) -> Any:
        """The energy of each image, (n,): high for what the discriminator was not trained to reconstruct."""
        return self.energy(images, self.reconstruct(images))[:, 0]

    def serving_signatures(self) -> dict[str, Signature]:
        """Those of every model, and `encode`, `reconstruct`, `anomaly_score`."""
        return {
            **super().serving_signatures(),
            "encode": Signature(self.encode, (self._images,), "codes"),
            "reconstruct": Signature(self.reconstruct, (self._images,), "reconstructions"),
            "anomaly_score": Signature(self.anomaly_score, (self._images,), "scores"),
        }

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        config = super().get_config()
        del config["discriminator"]
        networks = {"encoder": self.encoder, "decoder": self.decoder}
        return {**config, **{role: keras.saving.serialize_keras_object(each) for role, each in networks.items()}}
