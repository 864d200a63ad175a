"""Vector quantisation (van den Oord et al. 2017, arXiv 1711.00937)."""

from typing import Any

import keras
from keras import layers, ops

from tfgen import backend

# Of what equal use would give a codeword; less is none.
_LEAST_USE = 0.05


@keras.saving.register_keras_serializable(package="tfgen")
class VectorQuantizer(layers.Layer):
    """Vectors replaced by the nearest ones of a codebook (van den Oord, Vinyals & Kavukcuoglu 2017, arXiv 1711.00937).

    Gradients pass straight through to the inputs, as if nothing had been replaced, and none reaches the codebook. Its
    codewords follow the means of the vectors that they replace: `update` takes a step of the moving averages of the
    paper's appendix A.1.

    Not in the paper: a codeword that replaces less than a twentieth of what it would if all were used equally, by its
    moving average, starts again at a vector of the batch, drawn at random; so does, in the first step, nearly every
    one. Without it, codewords that are far from all vectors at first are never used: of 256 on Fashion-MNIST 14 were
    after 150 steps, and 228 with it. Dhariwal et al. 2020 (Jukebox, arXiv 2005.00341) do so below one use a batch. It
    also keeps every divisor away from 0.

    Distances and averages are float32 under every dtype policy, and averages are over all replicas. Their matrix
    products are as exact as the device makes them: where it multiplies in TensorFloat-32, the second nearest codeword
    may be taken where it is nearly as near.

    Args:
        num_codes: Number of codewords.
        decay: Weight of the past in the moving averages; 0.99 in the paper.
        **kwargs: Keras' own arguments of a layer.

    Call arguments:
        inputs: Vectors `(..., features)`.

    Returns:
        The nearest codewords, float32 `(..., features)`, and their numbers, int32 `(...)`.

    Raises:
        ValueError: If num_codes is under 2, or decay not in [0, 1).
    """

    def __init__(self, num_codes: int, decay: float = 0.99, **kwargs: Any):
        if num_codes < 2:
            raise ValueError(f"num_codes is {num_codes}; it is 2 or more")
        if not 0 <= decay < 1:
            raise ValueError(f"decay is {decay}; it is at least 0 and below 1")
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.num_codes = num_codes
        self.decay = decay

    def build(self, input_shape: Any) -> None:  # noqa: D102
        shape = (self.num_codes, input_shape[-1])
        # Each replica computes the same from what it is told of all.
        kept = {"trainable": False, "aggregation": "only_first_replica"}
        small = keras.initializers.RandomUniform(-1 / self.num_codes, 1 / self.num_codes)
        self.codebook = self.add_weight(shape=shape, initializer=small, name="codebook", **kept)
        self.use = self.add_weight(shape=shape[:1], initializer="zeros", name="use", **kept)
        self.sums = self.add_weight(shape=shape, initializer="zeros", name="sums", **kept)

    def call(self, inputs: Any) -> tuple[Any, Any]:  # noqa: D102
        codes = self.nearest(inputs)
        return inputs + ops.stop_gradient(self.lookup(codes) - inputs), codes

    def nearest(self, inputs: Any) -> Any:
        """The numbers of the nearest codewords, of several the first: `(..., features)` -> int32 `(...)`."""
        codebook = ops.convert_to_tensor(self.codebook)
        # From the codebook's middle, so that vectors far from 0 do not round their differences away.
        middle = ops.mean(codebook, axis=0)
        inputs, codebook = ops.cast(inputs, "float32") - middle, codebook - middle
        # Squared distances without the part that is the same for all codewords.
        distances = ops.sum(ops.square(codebook), axis=-1) - 2.0 * ops.matmul(inputs, ops.transpose(codebook))
        return ops.cast(ops.argmin(distances, axis=-1), "int32")

    def lookup(self, codes: Any) -> Any:
        """The codewords of these numbers: integers `(...)` -> float32 `(..., features)`."""
        return ops.take(self.codebook, codes, axis=0)

    def update(self, inputs: Any, codes: Any, seed: Any) -> None:
        """Moves the codebook towards a batch.

        Args:
            inputs: Vectors `(..., features)`.
            codes: The numbers of their codewords, `(...)`.
            seed: Two integers; draws where codewords without use start again.
        """
        rows = ops.stop_gradient(ops.reshape(ops.cast(inputs, "float32"), (-1, self.codebook.shape[-1])))
        chosen = ops.one_hot(ops.reshape(codes, (-1,)), self.num_codes, dtype="float32")
        total = ops.matmul(ops.transpose(chosen), rows) / ops.cast(ops.shape(rows)[0], "float32")
        use = self._follow(self.use, backend.batch_mean(chosen))
        sums = self._follow(self.sums, backend.batch_mean(total[None]))
        in_use = use > _LEAST_USE
        fresh = backend.random_rows(rows, self.num_codes, seed)
        # With the least use: a codeword has to earn more in the next step.
        use = ops.where(in_use, use, _LEAST_USE)
        sums = ops.where(in_use[:, None], sums, _LEAST_USE * fresh)
        self.use.assign(use)
        self.sums.assign(sums)
        self.codebook.assign(sums / use[:, None])

    def usage(self) -> Any:
        """The share of codewords that are in use, a float32 scalar; those that just started again are not."""
        return ops.mean(ops.cast(self.use > _LEAST_USE, "float32"))

    def perplexity(self) -> Any:
        """exp of the entropy of the codewords' use, a float32 scalar: num_codes where all are used equally."""
        shares = self.use / ops.maximum(ops.sum(self.use), 1e-12)
        return ops.exp(-ops.sum(shares * ops.log(ops.maximum(shares, 1e-12))))

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "num_codes": self.num_codes, "decay": self.decay}

    def _follow(self, average: Any, share: Any) -> Any:
        """The next moving average; times the number of codewords, so that 1 is what equal use gives each."""
        return self.decay * average + (1.0 - self.decay) * self.num_codes * share
