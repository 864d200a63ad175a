"""A loss that compares features in place of pixels."""

from typing import Any, Self

import keras
from keras import ops

from tfgen import backend
from tfgen.losses.reconstruction import ReconstructionLoss


# A layer, so that Keras saves the extractor's weights with the model that holds the loss.
@keras.saving.register_keras_serializable(package="tfgen")
class Perceptual(ReconstructionLoss, keras.layers.Layer):
    """Perceptual loss (Johnson et al. 2016, arXiv 1603.08155): the squared error of a network's features.

    The mean of the squared differences over each feature map, averaged over the maps where the extractor gives
    several. Features may not tell all images apart: an extractor that gives back its input too, as one of the maps,
    adds the pixels' squared error.

        classifier = tfgen.zoo.load("fashion_mnist_classifier").encoder
        layers = [classifier.get_layer(name).output for name in ("relu_1_2", "relu_2_2")]
        loss = Perceptual(keras.Model(classifier.input, [classifier.input, *layers]))

    The extractor is part of the model that holds the loss: saved with it, exported with it, and never trained by it.
    Its layers are frozen for good, also for other models that share them, such as the classifier above: train that one
    first, or give the loss a copy (`keras.models.clone_model` and `set_weights`).

    Args:
        extractor: A model from images (n, height, width, channels) in [-1, 1] to a tensor of features or several. Its
            `trainable` is set to False, and it always runs as at inference.

    Raises:
        ValueError: When it is called, if the extractor takes images of another shape.
    """

    def __init__(self, extractor: keras.Model):
        super().__init__(name="perceptual")
        extractor.trainable = False
        self.extractor = extractor
        self.built = True

    @property
    def trainable(self) -> bool:
        """False, whatever the model that holds the loss is set to."""
        return False

    @trainable.setter
    def trainable(self, value: bool) -> None:
        pass

    def per_image(self, images: Any, outputs: Any) -> Any:
        """The mean squared difference of the features, 0 or more."""
        taken = backend.TensorSpec(self.extractor.inputs[0].shape).shape
        if not taken.is_compatible_with(images.shape):
            raise ValueError(
                f"the extractor takes images of shape {tuple(taken[1:])}, and these have {tuple(images.shape[1:])}; "
                "give the loss an extractor of the images' shape"
            )
        pairs = zip(self._features(images), self._features(outputs), strict=True)
        return ops.mean(ops.stack([_mean_squared_difference(*pair) for pair in pairs]), axis=0)

    def get_config(self) -> dict[str, Any]:
        """The extractor's architecture; its weights are in the files of the model that holds the loss."""
        return {"extractor": keras.saving.serialize_keras_object(self.extractor)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:  # noqa: D102
        return cls(**keras.saving.deserialize_keras_object(config))

    def _features(self, images: Any) -> list[Any]:
        return [ops.cast(each, "float32") for each in keras.tree.flatten(self.extractor(images, training=False))]


def _mean_squared_difference(features: Any, others: Any) -> Any:
    return ops.mean(ops.square(features - others), axis=tuple(range(1, len(features.shape))))
