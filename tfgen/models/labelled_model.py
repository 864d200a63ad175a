"""What every generative model whose networks are given labels does, however it is trained."""

from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from tfgen import backend
from tfgen.models.generative_model import GenerativeModel
from tfgen.models.image_model import Signature


class LabelledModel(GenerativeModel):
    """A model that is told the class of each image, to learn from it and to draw it.

    A method derives from this class first and then from the one whose losses it has. It is trained on
    `(images, labels)`, with labels integers (n,) from 0 to num_classes - 1. It says in `networks_take` which of its
    networks are given labels, and in `generate` and its losses how they are.

    `fit` refuses labels of another rank or dtype. It does not look at their values, nor does anything look at how many
    classes the networks were made for: num_classes has to be the number that they were given, and labels beyond it are
    an error of the embedding on some devices and a wrong embedding on others.

    Args:
        networks: Those of the other base.
        num_classes: How many classes there are.
        arguments: The other arguments of the other base.

    Raises:
        ValueError: If there are fewer than 2 classes, or a network has not the inputs of `networks_take`; or as the
            other base does.
    """

    networks_take: Mapping[str, tuple[str, ...]] = {}
    """The inputs of each network, by its name as an argument, in the constructor's order."""

    def __init__(self, *networks: keras.Model, num_classes: int, **arguments: Any):
        if num_classes < 2:
            raise ValueError(f"num_classes is {num_classes}; it is 2 or more")
        given = {**dict(zip(self.networks_take, networks, strict=False)), **arguments}
        for role, inputs in self.networks_take.items():
            if role in given and (count := len(given[role].inputs)) != len(inputs):
                raise ValueError(
                    f"the {role} has {count} input(s); that of {type(self).__name__} takes {' and '.join(inputs)}"
                )
        super().__init__(*networks, **arguments)
        self.num_classes = int(num_classes)

    @property
    def label_count(self) -> int:
        """The number of classes."""
        return self.num_classes

    def default_labels(self, n: Any) -> Any:
        """The classes in turn, int32 (n,): 0, 1, ..., num_classes - 1, 0, 1, ..."""
        return ops.arange(n, dtype="int32") % self.num_classes

    def sampling_inputs(self, latents: np.ndarray, labels: Any) -> tuple[np.ndarray, ...]:  # noqa: D102
        return latents, checked_labels(labels, self.num_classes)

    def in_batches(  # noqa: D102
        self, signature: str, *inputs: np.ndarray, labels: np.ndarray | None = None, batch_size: int = 256
    ) -> Iterator[np.ndarray]:
        known = self.serving_signatures().get(signature)
        taken = known.inputs[len(inputs) :] if known else ()
        if [spec.name for spec in taken] == ["labels"]:
            if labels is None:
                raise ValueError(
                    f"this {type(self).__name__} needs labels for {signature}, and was given none; give images with "
                    "labels, or take a model of images alone"
                )
            inputs = (*inputs, checked_labels(labels, self.num_classes))
        return super().in_batches(signature, *inputs, batch_size=batch_size)

    def serving_signatures(self) -> dict[str, Signature]:
        """`serving_default` takes labels too, `generate` draws the classes in turn, `generate_labels` those given."""
        signatures = super().serving_signatures()
        (latents,), (_, seed) = signatures["serving_default"].inputs, signatures["generate"].inputs
        labels = self._label_spec
        return {
            **signatures,
            "serving_default": Signature(self.generate, (latents, labels), "images"),
            "generate_labels": Signature(self._generate_labels_from_seed, (labels, seed), "images"),
        }

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "num_classes": self.num_classes}

    @property
    def _label_spec(self) -> backend.TensorSpec:
        return backend.TensorSpec((None,), "int32", name="labels")

    def _labels(self, labels: Any) -> Any:
        """The labels as a network takes them, int32 (n,)."""
        if labels is None:
            raise ValueError(
                f"a {type(self).__name__} needs labels and was given none; train it on (images, labels), in a recipe "
                "by labels = true under [data]"
            )
        tensor = ops.convert_to_tensor(labels)
        if len(tensor.shape) != 1 or not keras.backend.is_int_dtype(tensor.dtype):
            raise ValueError(
                f"labels are {keras.backend.standardize_dtype(tensor.dtype)} of shape {tuple(tensor.shape)}; a "
                f"{type(self).__name__} takes integers (n,) from 0 to {self.num_classes - 1}, not one-hot vectors"
            )
        if isinstance(labels, np.ndarray):
            checked_labels(labels, self.num_classes)
        return ops.cast(tensor, "int32")

    def _generate_labels_from_seed(self, labels: Any, seed: Any) -> Any:
        latents = self.latents(ops.shape(labels)[0], ops.stack([seed, ops.zeros_like(seed)]))
        return self.generate(latents, labels)


def checked_labels(labels: Any, num_classes: int) -> np.ndarray:
    """The labels (n,) as int32.

    Raises:
        ValueError: If they are not integers from 0 to num_classes - 1.
    """
    values = np.asarray(labels)
    if values.ndim != 1 or (values.size and values.dtype.kind not in "iu"):
        raise ValueError(
            f"labels are {values.dtype} of shape {values.shape}; give integers from 0 to {num_classes - 1}, "
            "one for each sample or one for all"
        )
    if values.size and not 0 <= values.min() <= values.max() < num_classes:
        raise ValueError(f"labels go from {values.min()} to {values.max()}; the classes are 0 to {num_classes - 1}")
    return values.astype(np.int32)
