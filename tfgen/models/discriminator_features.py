"""The features of a model's discriminator."""

from functools import cached_property

import keras

from tfgen.networks.composition import with_features


class DiscriminatorFeatures:
    """A model with a `discriminator`, whose features it may look at."""

    discriminator: keras.Model

    @cached_property
    def discriminator_with_features(self) -> keras.Model:
        """The discriminator with a second output, its features: what its last layer, `logits`, reads.

        Raises:
            ValueError: If no layer of the discriminator is called so.
        """
        return with_features(self.discriminator)
