"""Classifiers: whose features and class probabilities scores are made of."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.models import MODELS
from tfgen.models.autoencoder_model import AutoencoderModel
from tfgen.models.image_model import ImageModel, Signature, check_input


@MODELS.register("classifier")
@keras.saving.register_keras_serializable(package="tfgen")
class Classifier(ImageModel):
    """Classifier of images: an encoder's features, and softmax regression on them.

    Trained by cross-entropy on `(images, labels)`, labels int64 (n,) from 0 on. A frozen encoder stays as it is, the
    statistics of its batch normalisation too, and the regression alone is trained; `encoder.trainable = True`, and
    `compile` once more, sets it free.

    Args:
        encoder: Network images (n, height, width, channels) in [-1, 1] -> features (n, feature_dim).
        num_classes: Number of classes.
        frozen: Whether to freeze the encoder, by its `trainable`.
        seed: As for `ImageModel`; training draws no noise.
        name: Keras' name of the model.

    Raises:
        ValueError: If the encoder does not give vectors, or there are fewer than 2 classes.
    """

    log_names = ("loss", "accuracy")

    def __init__(
        self, encoder: keras.Model, num_classes: int, *, frozen: bool = False, seed: int = 0, name: str | None = None
    ):
        if len(encoder.output_shape) != 2:
            raise ValueError(f"the encoder gives {encoder.output_shape[1:]} an image; a classifier's gives a vector")
        if num_classes < 2:
            raise ValueError(f"num_classes is {num_classes}; it is 2 or more")
        super().__init__(encoder.input_shape[1:], seed=seed, name=name)
        self._images = backend.TensorSpec((None, *self.image_shape), "float32", name="images")
        self.num_classes = num_classes
        self.encoder = encoder
        if frozen:
            self.encoder.trainable = False
        self.head = keras.layers.Dense(num_classes, dtype="float32", name="logits")
        self.head.build(encoder.output_shape)

    @classmethod
    def from_encoder(
        cls, autoencoder: AutoencoderModel, num_classes: int, *, layer: str | None = None, **kwargs: Any
    ) -> "Classifier":
        """A classifier that begins with what an autoencoder has learned.

        Its encoder is a copy: training it leaves the autoencoder as it is. Its head is of zeros: all classes are
        equally probable.

        Args:
            autoencoder: A trained model whose codes are vectors of numbers.
            num_classes: Number of classes.
            layer: The layer of the autoencoder's encoder whose output, flattened, is the features; None takes the
                codes, which are the posterior's means in a VAE. The layer before often tells classes apart better.
            kwargs: As for `Classifier`: `frozen=True` for fixed features, by default all is fine-tuned.

        Raises:
            TfgenError: If the autoencoder's weights are those of its decoder alone.
            ValueError: If the encoder takes more than images, has no such layer or nothing to learn up to it, or the
                codes are no such vectors; or as `Classifier`.
        """
        autoencoder.check_encodes()
        if len(autoencoder.encoder.inputs) != 1:
            raise ValueError(
                f"the encoder of this {type(autoencoder).__name__} takes more than images; a classifier begins with "
                "that of an autoencoder or a VAE without labels"
            )
        features = _code_network(autoencoder) if layer is None else _up_to(autoencoder.encoder, layer)
        encoder = keras.models.clone_model(features)
        encoder.set_weights(features.get_weights())
        classifier = cls(encoder, num_classes, **kwargs)
        # On few features the usual random numbers would be an opinion that takes long to change.
        classifier.head.kernel.assign(ops.zeros_like(classifier.head.kernel))
        return classifier

    @classmethod
    def network_arguments(cls, image_shape: tuple[int, int, int], feature_dim: int) -> dict[str, dict[str, Any]]:  # noqa: D102
        return {"encoder": {"image_shape": image_shape, "output_dim": feature_dim}}

    @property
    def frozen(self) -> bool:
        """Whether training leaves the encoder as it is."""
        return not self.encoder.trainable

    @property
    def feature_dim(self) -> int:
        """Length of a feature vector."""
        return self.encoder.output_shape[-1]

    def features(self, images: Any, training: bool = False) -> Any:
        """Features (n, feature_dim) of images (n, height, width, channels) in [-1, 1]."""
        check_input(self._images, images)
        return self.encoder(images, training=training and not self.frozen)

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
        """One update of the head, and of the encoder if it is not frozen."""
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
            "frozen": self.frozen,
        }


def feature_layer(autoencoder: AutoencoderModel) -> str | None:
    """The layer of the encoder before its last, whose output often tells classes apart better than the codes.

    Returns:
        Its name, as `Classifier.from_encoder` takes it; None, for the codes, where nothing up to it has weights, so
        that its output would be the images as they are.
    """
    *before, _ = autoencoder.encoder.layers
    if not any(layer.weights for layer in before):
        return None
    return before[-1].name


def _code_network(autoencoder: AutoencoderModel) -> keras.Model:
    """Images to codes as `autoencoder.encode` computes them, whatever it does beyond its encoder network."""
    images = keras.Input(autoencoder.image_shape, name="images")
    codes = autoencoder.encode(images)
    if len(codes.shape) != 2 or not keras.backend.is_float_dtype(codes.dtype):
        raise ValueError(
            f"the codes of this {type(autoencoder).__name__} are {codes.dtype} of shape {codes.shape[1:]}; a "
            "classifier begins with vectors of real numbers, or with a layer before the codes"
        )
    return keras.Model(images, codes, name="encoder")


def _up_to(network: keras.Model, layer: str) -> keras.Model:
    """Images to the flattened output of a layer."""
    known = {each.name: each for each in network.layers if not isinstance(each, keras.layers.InputLayer)}
    if layer not in known:
        raise ValueError(f"the encoder has no layer {layer!r}; it has {', '.join(known)}")
    output = known[layer].output
    if len(output.shape) > 2:
        output = keras.layers.Flatten(name="flat_features")(output)
    features = keras.Model(network.input, output, name="encoder")
    if not features.weights:
        raise ValueError(
            f"up to its layer {layer!r} the encoder has no weights, so that the features would be the images as they "
            "are; name a later layer, or take the codes"
        )
    return features
