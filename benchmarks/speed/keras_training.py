"""The plain Keras side of the training comparison: `train_step`s as the examples on keras.io write them.

After "DCGAN to generate face images" (Chollet 2019), "WGAN-GP overriding Model.train_step" (Nain 2020) and "Variational
AutoEncoder" (Chollet 2020), on tfgen's networks and with the job's batch and Adam.
"""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf
from keras import ops

from .jobs import Job, find_job
from .tfgen_training import adam, dataset, networks


class GANExample(keras.Model):
    """Real and generated images in one batch, with noisy labels; then misleading labels for the generator."""

    def __init__(self, job: Job, generator: keras.Model, discriminator: keras.Model):
        super().__init__()
        self.generator, self.discriminator, self.latent_dim = generator, discriminator, job.latent_dim
        self.seed_generator = keras.random.SeedGenerator(1337)

    def compile(self, d_optimizer, g_optimizer) -> None:  # noqa: D102
        super().compile()
        self.d_optimizer, self.g_optimizer = d_optimizer, g_optimizer
        self.loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)
        self.d_loss_metric = keras.metrics.Mean(name="d_loss")
        self.g_loss_metric = keras.metrics.Mean(name="g_loss")

    @property
    def metrics(self) -> list[keras.metrics.Metric]:  # noqa: D102
        return [self.d_loss_metric, self.g_loss_metric]

    def train_step(self, real_images: Any) -> dict[str, Any]:  # noqa: D102
        batch_size = ops.shape(real_images)[0]
        noise = keras.random.normal((batch_size, self.latent_dim), seed=self.seed_generator)
        combined_images = ops.concatenate([self.generator(noise, training=True), real_images], axis=0)
        labels = ops.concatenate([ops.ones((batch_size, 1)), ops.zeros((batch_size, 1))], axis=0)
        labels += 0.05 * keras.random.uniform(ops.shape(labels), seed=self.seed_generator)
        with tf.GradientTape() as tape:
            d_loss = self.loss_fn(labels, self.discriminator(combined_images, training=True))
        weights = self.discriminator.trainable_weights
        self.d_optimizer.apply_gradients(zip(tape.gradient(d_loss, weights), weights, strict=True))

        noise = keras.random.normal((batch_size, self.latent_dim), seed=self.seed_generator)
        with tf.GradientTape() as tape:
            predictions = self.discriminator(self.generator(noise, training=True), training=True)
            g_loss = self.loss_fn(ops.zeros((batch_size, 1)), predictions)
        weights = self.generator.trainable_weights
        self.g_optimizer.apply_gradients(zip(tape.gradient(g_loss, weights), weights, strict=True))
        self.d_loss_metric.update_state(d_loss)
        self.g_loss_metric.update_state(g_loss)
        return {"d_loss": self.d_loss_metric.result(), "g_loss": self.g_loss_metric.result()}


class WGANGPExample(keras.Model):
    """k critic updates with a gradient penalty by two nested tapes, then one of the generator."""

    def __init__(self, job: Job, generator: keras.Model, discriminator: keras.Model):
        super().__init__()
        self.generator, self.discriminator, self.latent_dim = generator, discriminator, job.latent_dim
        self.d_steps, self.batch_size = job.discriminator_steps, job.batch_size

    def compile(self, d_optimizer, g_optimizer) -> None:  # noqa: D102
        super().compile()
        self.d_optimizer, self.g_optimizer = d_optimizer, g_optimizer

    def gradient_penalty(self, real_images: Any, fake_images: Any) -> Any:  # noqa: D102
        alpha = tf.random.uniform([self.batch_size, 1, 1, 1], 0.0, 1.0)
        interpolated = real_images + alpha * (fake_images - real_images)
        with tf.GradientTape() as tape:
            tape.watch(interpolated)
            prediction = self.discriminator(interpolated, training=True)
        gradients = tape.gradient(prediction, [interpolated])[0]
        norm = tf.sqrt(tf.reduce_sum(tf.square(gradients), axis=[1, 2, 3]))
        return tf.reduce_mean((norm - 1.0) ** 2)

    def train_step(self, images: Any) -> dict[str, Any]:  # noqa: D102
        for index in range(self.d_steps):
            # The example shows all its critic updates one batch; the job gives each its own.
            real_images = images[index * self.batch_size : (index + 1) * self.batch_size]
            noise = tf.random.normal((self.batch_size, self.latent_dim))
            with tf.GradientTape() as tape:
                fake_images = self.generator(noise, training=True)
                fake_logits = self.discriminator(fake_images, training=True)
                real_logits = self.discriminator(real_images, training=True)
                d_cost = tf.reduce_mean(fake_logits) - tf.reduce_mean(real_logits)
                d_loss = d_cost + 10.0 * self.gradient_penalty(real_images, fake_images)
            weights = self.discriminator.trainable_variables
            self.d_optimizer.apply_gradients(zip(tape.gradient(d_loss, weights), weights, strict=True))
        noise = tf.random.normal((self.batch_size, self.latent_dim))
        with tf.GradientTape() as tape:
            g_loss = -tf.reduce_mean(self.discriminator(self.generator(noise, training=True), training=True))
        weights = self.generator.trainable_variables
        self.g_optimizer.apply_gradients(zip(tape.gradient(g_loss, weights), weights, strict=True))
        return {"d_loss": d_loss, "g_loss": g_loss}


class VAEExample(keras.Model):
    """Encoder, a draw, decoder; reconstruction and divergence added up."""

    def __init__(self, job: Job, encoder: keras.Model, decoder: keras.Model):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.seed_generator = keras.random.SeedGenerator(1337)
        names = "loss", "reconstruction_loss", "kl_loss"
        self.trackers = [keras.metrics.Mean(name=name) for name in names]

    @property
    def metrics(self) -> list[keras.metrics.Metric]:  # noqa: D102
        return self.trackers

    def train_step(self, data: Any) -> dict[str, Any]:  # noqa: D102
        with tf.GradientTape() as tape:
            z_mean, z_log_var = ops.split(self.encoder(data, training=True), 2, axis=-1)
            epsilon = keras.random.normal(ops.shape(z_mean), seed=self.seed_generator)
            logits = self.decoder(z_mean + ops.exp(0.5 * z_log_var) * epsilon, training=True)
            crossentropy = keras.losses.binary_crossentropy((data + 1.0) / 2.0, logits, from_logits=True)
            reconstruction_loss = ops.mean(ops.sum(crossentropy, axis=(1, 2)))
            kl_loss = -0.5 * (1 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var))
            kl_loss = ops.mean(ops.sum(kl_loss, axis=1))
            total_loss = reconstruction_loss + kl_loss
        weights = self.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(total_loss, weights), weights, strict=True))
        for tracker, value in zip(self.trackers, (total_loss, reconstruction_loss, kl_loss), strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self.trackers}


EXAMPLES = {"gan": GANExample, "wgan_gp": WGANGPExample, "vae": VAEExample}


def prepare(job: str, **sizes: Any) -> Callable[[int], None]:
    """A callable that trains for a number of steps; `sizes` are what differs from the job."""
    job = find_job(job, **sizes)
    model = EXAMPLES[job.method](job, **networks(job))
    players = 1 if job.method == "vae" else 2
    model.compile(*(adam(job) for _ in range(players)))
    images = dataset(job)
    return lambda steps: model.fit(images, steps_per_epoch=steps, epochs=1, verbose=0)
