"""What every generative model can do beyond other models of images: sample."""

import secrets
from collections.abc import Iterator
from typing import Any

import numpy as np
from keras import ops

from tfgen import backend
from tfgen.data.pictures import grid, to_uint8
from tfgen.models.image_model import ImageModel, Signature
from tfgen.priors.noise import Normal, Prior


class GenerativeModel(ImageModel):
    """A model that draws images.

    A subclass holds its networks, says what they compute in `generate`, and trains them in `train_step`.

    Args:
        latent_dim: Length of a latent vector.
        image_shape: (height, width, channels).
        seed: Seed of all noise that training draws; the same seed and data give the same weights.
        name: Keras' name of the model.
    """

    prior: Prior = Normal()
    """What latents are drawn from."""

    label_count: int = 0
    """How many labels, from 0 on, choose among what the model draws; 0 where none does."""

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        *,
        seed: int = 0,
        name: str | None = None,
    ):
        super().__init__(image_shape, seed=seed, name=name)
        self.latent_dim = int(latent_dim)

    @classmethod
    def network_arguments(cls, image_shape: tuple[int, int, int], latent_dim: int) -> dict[str, dict[str, Any]]:
        """The networks that this method is made of, by argument name, with the shapes that each has to have."""
        raise NotImplementedError(f"{cls.__name__} does not say which networks it takes")

    def default_labels(self, n: Any) -> Any:
        """The labels (n,) of samples that none are given for; None where a model takes none."""
        return None

    def latents(self, n: Any, seed: Any) -> Any:
        """`n` latents (n, latent_dim), float32, drawn from the prior; `seed` is two integers."""
        return self.prior.sample(n, self.latent_dim, seed)

    def draw(self, n: int, seed: int) -> np.ndarray:
        """The latents (n, latent_dim), float32, of the images that `sample(n, seed)` draws.

        Raises:
            ValueError: If n is negative, or seed not from 0 to 2**63 - 1.
        """
        if n < 0:
            raise ValueError(f"n is {n}; the number of samples is 0 or more")
        if not 0 <= seed < 2**63:
            raise ValueError(f"seed is {seed}; it is from 0 to 2**63 - 1")
        return np.asarray(self.latents(n, (np.int64(seed), np.int64(0))))

    def interpolate(self, first: Any, second: Any, position: Any) -> Any:
        """Points on the path between latents that stays where they are likely: the prior's, whose draws they are.

        Args:
            first: Where the paths begin, (n, latent_dim).
            second: Where they end, likewise.
            position: 0 for the beginning to 1 for the end, a number or (n, 1).

        Returns:
            The points, (n, latent_dim).
        """
        return self.prior.interpolate(first, second, position)

    def generate(self, latents: Any, labels: Any = None, training: bool = False) -> Any:
        """Images of latents: (n, latent_dim) -> float32 (n, height, width, channels) in [-1, 1]."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it generates")

    def sample(self, n: int, seed: int | None = None, labels: Any = None, batch_size: int = 256) -> np.ndarray:
        """Draws images.

        Args:
            n: How many.
            seed: The same seed gives the same images, to rounding in any batch size; None draws new ones.
            labels: Integer classes (n,) or one for all, for models that know classes.
            batch_size: Images computed at once; memory beside the result is that of one batch and of all latents.

        Returns:
            A float32 array (n, height, width, channels) in [-1, 1].

        Raises:
            ValueError: If n is negative, or labels are given to a model that takes none or do not match n.
        """
        batches = self.sample_batches(n, seed, labels, batch_size)
        images = np.empty((n, *self.image_shape), np.float32)
        start = 0
        for batch in batches:
            images[start : start + len(batch)] = batch
            start += len(batch)
        return images

    def sample_batches(
        self, n: int, seed: int | None = None, labels: Any = None, batch_size: int = 256
    ) -> Iterator[np.ndarray]:
        """The images of `sample`, batch by batch, for as many as memory would not hold."""
        latents = self.draw(n, secrets.randbits(63) if seed is None else seed)
        if labels is None:
            labels = self.default_labels(n)
        elif np.ndim(labels) == 0:
            labels = np.full(n, labels)
        if labels is not None and len(labels) != n:
            raise ValueError(f"{len(labels)} labels were given for {n} samples; give one label a sample")
        return self.in_batches("serving_default", *self.sampling_inputs(latents, labels), batch_size=batch_size)

    def contact_sheet(self, n: int, seed: int) -> np.ndarray:
        """At least `n` samples as one picture, uint8 (height, width, channels), with a column for each label."""
        if not self.label_count:
            return grid(to_uint8(self.sample(n, seed)))
        n += -n % self.label_count
        samples = self.sample(n, seed, labels=np.arange(n) % self.label_count)
        return grid(to_uint8(samples), columns=self.label_count)

    def sampling_inputs(self, latents: np.ndarray, labels: Any) -> tuple[np.ndarray, ...]:
        """What `serving_default` takes for these latents (n, latent_dim) and labels (n,), None without labels."""
        return (latents,) if labels is None else (latents, np.asarray(labels))

    def serving_signatures(self) -> dict[str, Signature]:
        """The functions that `export` puts into the SavedModel, by name, with a free batch size."""
        latents = backend.TensorSpec((None, self.latent_dim), "float32", name="latents")
        count = backend.TensorSpec((), "int32", name="count")
        seed = backend.TensorSpec((), "int64", name="seed")
        return {
            "serving_default": Signature(self.generate, (latents,), "images"),
            "generate": Signature(self._generate_from_seed, (count, seed), "images"),
        }

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Images of latents, as `generate`."""
        return self.generate(inputs, training=training)

    def _generate_from_seed(self, count: Any, seed: Any) -> Any:
        latents = self.latents(count, ops.stack([seed, ops.zeros_like(seed)]))
        return self.generate(latents, self.default_labels(count))
