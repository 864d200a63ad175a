"""Replay of past fakes."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.techniques import TECHNIQUES
from tfgen.techniques.technique import Technique


@TECHNIQUES.register("replay")
@keras.saving.register_keras_serializable(package="tfgen")
class Replay(Technique):
    """Half of the fakes that the discriminator sees are old ones (Shrivastava et al. 2017, arXiv 1612.07828, 2.3).

    In each discriminator step, half of the generated images give way to images from a buffer, and half of the fresh
    ones replace images of the buffer; which ones is drawn at random. So the discriminator remembers what the generator
    did before, and the generator cannot return to it. While the buffer fills, all fakes are fresh. On several replicas
    the buffer keeps images of the first one. A penalty between real and generated images of a conditional model then
    pairs images of two classes.

    Args:
        size: Images in the buffer; a batch of more than twice as many is replaced in part.

    Raises:
        ValueError: If size is not a whole number, 1 or more.
    """

    def __init__(self, size: int, **kwargs: Any):
        if not isinstance(size, int) or size < 1:
            raise ValueError(f"size is {size!r}; the buffer holds a whole number of images, 1 or more")
        super().__init__(**kwargs)
        self.size = size

    def remember(self, model: Any) -> None:  # noqa: D102
        self.images = self.add_memory((self.size, *model.image_shape), "images")
        # Not int32: TensorFlow keeps such variables off the GPU, where XLA would want them.
        self.labels = self.add_memory((self.size,), "labels", "int64")
        self.stored = self.add_memory((), "stored", "int64")

    def fakes(self, fakes: Any, labels: Any, seed: Any) -> tuple[Any, Any]:  # noqa: D102
        order = ops.argsort(backend.uniform((2, self.size), seed))[:, : ops.shape(fakes)[0] // 2]
        taken, replaced = ops.unstack(order)
        half = ops.shape(taken)[0]
        full = self.stored >= self.size
        next_free = (self.stored + ops.arange(half, dtype="int64")) % self.size
        places = ops.where(full, ops.cast(replaced, "int64"), next_free)
        self.stored.assign_add(ops.cast(half, "int64"))

        def replay(buffer: keras.Variable, fresh: Any) -> Any:
            mixed = ops.concatenate([ops.cast(ops.take(buffer, taken, axis=0), fresh.dtype), fresh[half:]])
            # The last ones, since those are shown: none enters the buffer unseen.
            kept = ops.cast(fresh[ops.shape(fresh)[0] - half :], buffer.dtype)
            buffer.assign(ops.scatter_update(buffer, places[:, None], kept))
            return ops.where(full, mixed, fresh)

        return replay(self.images, fakes), None if labels is None else replay(self.labels, labels)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "size": self.size}
