"""What every model of tfgen can do: log, serve, export, be saved and loaded."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import keras
import numpy as np

import tfgen.layers  # noqa: F401 - a saved network may hold any of them
from tfgen import backend


@dataclass(frozen=True)
class Signature:
    """A function that a server can call: tensors of `inputs` in, one tensor named `output` out."""

    function: Callable
    inputs: tuple[backend.TensorSpec, ...]
    output: str


class ImageModel(keras.Model):
    """A model of images that recipes train and the zoo holds.

    A subclass holds its networks, trains them in `train_step`, and says in `serving_signatures` what it computes.

    Args:
        image_shape: (height, width, channels).
        seed: Seed of all noise that training draws; the same seed and data give the same weights.
        name: Keras' name of the model.
    """

    log_names: tuple[str, ...] = ()
    """Names of the values that a training step logs, each averaged over an epoch."""

    card: Mapping[str, Any] | None = None
    """The card of the checkpoint that the weights come from; `export` puts it beside the SavedModel."""

    def __init__(self, image_shape: tuple[int, int, int], *, seed: int = 0, name: str | None = None):
        super().__init__(name=name)
        self.image_shape = tuple(image_shape)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        # Read-only, so that Keras does not track it: it would save running means as if they were weights.
        self._trackers = MappingProxyType({log: keras.metrics.Mean(name=log) for log in self.log_names})
        self.built = True

    @classmethod
    def network_arguments(cls, image_shape: tuple[int, int, int], **shapes: Any) -> dict[str, dict[str, Any]]:
        """The networks that this method is made of, by argument name, with the shapes that each has to have.

        Whatever a method's own version takes besides `image_shape`, its recipes state under `[model]`.
        """
        raise NotImplementedError(f"{cls.__name__} does not say which networks it takes")

    @property
    def batches_per_step(self) -> int:
        """How many of the recipe's batches one training step takes."""
        return 1

    @property
    def trained_steps(self) -> int:
        """The number of steps that the model, once compiled, has seen."""
        return int(self.optimizer.iterations)

    def noise_seed(self, training: bool = True, draw: int = 0) -> Any:
        """The seed of noise: a new one each time in training, and in evaluation always the same for the same `draw`."""
        return self.seed_generator.next() if training else (self.seed, -1 - draw)

    def optimized_variables(self) -> list[tuple[keras.optimizers.Optimizer, list[keras.Variable]]]:
        """Each optimizer of a compiled model, with the variables that it updates."""
        return [(self.optimizer, self.trainable_variables)]

    def compile(self, optimizer: keras.optimizers.Optimizer | str = "adam", **kwargs: Any) -> None:
        """Sets the optimizer; `kwargs` are Keras' own (`jit_compile`, `steps_per_execution`, ...)."""
        super().compile(optimizer=optimizer, **kwargs)
        self._build_optimizers()

    def in_batches(
        self, signature: str, *inputs: np.ndarray, labels: np.ndarray | None = None, batch_size: int = 256
    ) -> Iterator[np.ndarray]:
        """Runs the served function `signature` over arrays of any length, batch by batch.

        Args:
            signature: A key of `serving_signatures()`, for example `"encode"`.
            inputs: Arrays of equal length, as the signature takes them.
            labels: The labels (n,) of the images or codes, where they are known: a `LabelledModel` needs them, and
                others do not look at them.
            batch_size: Rows computed at once.

        Returns:
            An iterator over the results, one array a batch.

        Raises:
            ValueError: If the model has no such signature, or the inputs are not what it takes.
        """
        inputs = _checked(self.signature(signature).inputs, inputs)
        if batch_size < 1:
            raise ValueError(f"batch_size is {batch_size}; it is 1 or more")
        served = self._served[signature]
        starts = range(0, len(inputs[0]), batch_size)
        return (served(*(rows[start : start + batch_size] for rows in inputs)).numpy() for start in starts)

    def compile_serving(self, jit_compile: bool) -> None:
        """Has `in_batches`, and with it `sample`, run functions that XLA compiles, or, as at first, plain graphs."""
        self._served = self._serving_functions(jit_compile)

    def serving_signatures(self) -> dict[str, Signature]:
        """The functions that `export` puts into the SavedModel, by name, with a free batch size."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it serves")

    def signature(self, name: str) -> Signature:
        """The served function of this name.

        Raises:
            ValueError: If the model has none such.
        """
        signatures = self.serving_signatures()
        if name not in signatures:
            raise ValueError(f"{type(self).__name__} has no {name!r}; it has {', '.join(signatures)}")
        return signatures[name]

    def export(self, filepath: str | Path, format: str = "tf_saved_model", **kwargs: Any) -> None:
        """Writes the model for serving.

        As a SavedModel it holds `serving_signatures()`, and loads where TensorFlow is installed and tfgen is not. Other
        formats are Keras' own, and hold `call`.

        Args:
            filepath: The folder to write, for TensorFlow Serving one that ends in a version number: `"DIR/1"`.
            format: `"tf_saved_model"`, or another that `keras.Model.export` knows.
            kwargs: Passed on to Keras.
        """
        if format != "tf_saved_model":
            super().export(filepath, format=format, **kwargs)
            return
        archive = keras.export.ExportArchive()
        archive.track(self)
        for name, signature in self.serving_signatures().items():
            archive.add_endpoint(name, _named_output(signature), input_signature=list(signature.inputs))
        archive.write_out(str(filepath), **{"verbose": False, **kwargs})
        if self.card is not None:
            # `assets.extra` is where a SavedModel carries files that no graph reads.
            assets = Path(filepath) / "assets.extra"
            assets.mkdir(exist_ok=True)
            (assets / "card.json").write_text(json.dumps(dict(self.card), indent=2) + "\n", encoding="utf-8")

    def record(self, values: Mapping[str, Any]) -> None:
        """Adds a step's values (scalars, or one value an image) to the running means of `log_names`."""
        if unknown := sorted(values.keys() - self._trackers.keys()):
            raise ValueError(f"{type(self).__name__} logs {', '.join(unknown)}; add it to the class's log_names")
        for log, value in values.items():
            self._trackers[log].update_state(value)

    def logs(self) -> dict[str, Any]:
        """The running means, by name: what a `train_step` returns."""
        return {log: tracker.result() for log, tracker in self._trackers.items()}

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The running means of `log_names`, which Keras resets every epoch."""
        return list(self._trackers.values())

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, serialised; a subclass adds its own."""
        return {"seed": self.seed, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "ImageModel":
        """The model with these constructor arguments."""
        return cls(**keras.saving.deserialize_keras_object(config))

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles as the model in a `.keras` file was; Keras leaves that to a class with a `compile` of its own."""
        self.compile(**keras.saving.deserialize_keras_object(config))

    def save_own_variables(self, store: dict[str, Any]) -> None:
        """Keras' own, and the state of the noise, which Keras leaves out of its files."""
        super().save_own_variables(store)
        store["seed_generator_state"] = self.seed_generator.state.numpy()

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Keras' own, and the state of the noise if the file has one."""
        own = {key: store[key] for key in store.keys()}  # noqa: SIM118 - a store of Keras iterates over nothing else
        if "seed_generator_state" in own:
            self.seed_generator.state.assign(own.pop("seed_generator_state"))
        super().load_own_variables(own)

    def _build_optimizers(self) -> None:
        # Before the first step is traced: a compiled step cannot create the optimizers' variables.
        for optimizer, variables in self.optimized_variables():
            optimizer.build(variables)
            backend.fuse_adam(optimizer)

    @cached_property
    def _served(self) -> Mapping[str, Callable]:
        return self._serving_functions(jit_compile=False)

    def _serving_functions(self, jit_compile: bool) -> Mapping[str, Callable]:
        signatures = self.serving_signatures().items()
        return MappingProxyType(
            {name: backend.function(each.function, each.inputs, jit_compile) for name, each in signatures}
        )


def _named_output(signature: Signature) -> Callable:
    return lambda *inputs: {signature.output: signature.function(*inputs)}


def _checked(specs: Sequence[backend.TensorSpec], inputs: Sequence[Any]) -> list[np.ndarray]:
    if len(inputs) != len(specs):
        names = ", ".join(spec.name for spec in specs)
        raise ValueError(f"the model takes {names} here, and {len(inputs)} inputs were given")
    arrays = [np.asarray(rows) for rows in inputs]
    for spec, rows in zip(specs, arrays, strict=True):
        check_input(spec, rows)
    return [rows.astype(spec.dtype.as_numpy_dtype, copy=False) for spec, rows in zip(specs, arrays, strict=True)]


def check_input(spec: backend.TensorSpec, rows: Any) -> None:
    """Refuses an array or a tensor that is not of a signature's shape, or not of floats where it takes floats.

    Raises:
        ValueError: Saying what the model takes.
    """
    if not spec.shape.is_compatible_with(rows.shape):
        wanted = ("n", *spec.shape[1:])
        raise ValueError(f"{spec.name} have shape {tuple(rows.shape)}; the model takes ({', '.join(map(str, wanted))})")
    dtype = keras.backend.standardize_dtype(rows.dtype)
    if spec.dtype.is_floating and not keras.backend.is_float_dtype(dtype):
        raise ValueError(
            f"{spec.name} are {dtype}; the model takes float32, images in [-1, 1] "
            "(tfgen.data.pictures.from_uint8 makes them of bytes)"
        )
