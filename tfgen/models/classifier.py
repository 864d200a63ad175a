"""Classifiers: whose features and class probabilities scores are made of."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.models import MODELS
from tfgen.models.image_model import ImageModel, Signature, check_input


@MODELS.register("classifier")
@keras.saving.register_keras_serializable(package="tfgen")
class Classifier(ImageModel):
    """Classifier of images: an encoder's features, and softmax regression on them.

    Trained by cross-entropy on `(images, labels)`, labels int64 (n,) from 0 on.

    Args:
        encoder: Network images (n, height, width, channels) in [-1, 1] -> features (n, feature_dim).
        num_classes: Number of classes.
        seed: As for `ImageModel`; training draws no noise.
        name: Keras' name of the model.

    Raises:
        ValueError: If the encoder does not give vectors, or there are fewer than 2 classes.
    """

    log_names = ("loss", "accuracy")

    def __init__(self, encoder: keras.Model, num_classes: int, *, seed: int = 0, name: str | None = None):
        if len(encoder.output_shape) != 2:
            raise ValueError(f"the encoder gives {encoder.output_shape[1:]} an image; a classifier's gives a vector")
        if num_classes < 2:
            raise ValueError(f"num_classes is {num_classes}; it is 2 or more")
        super().__init__(encoder.input_shape[1:], seed=seed, name=name)
        self._images = backend.TensorSpec((None, *self.image_shape), "float32", name="images")
        self.num_classes = num_classes
        self.encoder = encoder
        self.head = keras.layers.Dense(num_classes, dtype="float32", name="logits")
        self.head.build(encoder.output_shape)

    @classmethod
    def network_arguments(cls, image_shape: tuple[int, int, int], feature_dim: int) -> dict[str, dict[str, Any]]:  # noqa: D102
        return {"encoder": {"image_shape": image_shape, "output_dim": feature_dim}}

    @property
    def feature_dim(self) -> int:
        """Length of a feature vector."""
        return self.encoder.output_shape[-1]

    def features(self, images: Any, training: bool = False) -> Any:
        """Features (n, feature_dim) of images (n, height, width, channels) in [-1, 1]."""
        check_input(self._images, images)
        return self.encoder(images, training=training)

    def logits(self, images: Any, training: bool = False) -> Any:
        """Unnormalised log-probabilities (n, classes), float32."""
        return self.head(self.features(images, training))

    def classify(self, images: Any) -> Any:
        """Probabilities of the classes (n, classes), float32."""
        return ops.softmax(self.logits(images))

    def objective(self, images: Any, labels: Any, training: bool) -> tuple[Any, dict[str, Any]]:
        """The cross-entropy that training minimises, a scalar in nats, and what to log."""
        if labels is None:
            raise ValueError("a classifier is trained on (images, labels), and no labels were given")
        logits = self.logits(images, training)
        loss = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
        correct = ops.cast(ops.argmax(logits, axis=-1) == ops.cast(labels, "int32"), "float32")
        return ops.mean(loss), {"loss": loss, "accuracy": correct}

    def train_step(self, data: Any) -> dict[str, Any]:
        """One update of encoder and head."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        objective = lambda: self.objective(images, labels, training=True)  # noqa: E731
        self.record(backend.minimize(objective, self.trainable_variables, self.optimizer).logs)
        return self.logs()

    def test_step(self, data: Any) -> dict[str, Any]:
        """Loss and accuracy on a batch, nothing updated."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        self.record(self.objective(images, labels, training=False)[1])
        return self.logs()

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Probabilities of the classes, so that `predict` gives them batch by batch."""
        return ops.softmax(self.logits(inputs, training))

    def serving_signatures(self) -> dict[str, Signature]:
        """`serving_default` (images to probabilities) and `features`."""
        return {
            "serving_default": Signature(self.classify, (self._images,), "probabilities"),
            "features": Signature(self.features, (self._images,), "features"),
        }

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {
            **super().get_config(),
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "num_classes": self.num_classes,
        }
