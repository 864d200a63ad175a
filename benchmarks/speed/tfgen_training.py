"""tfgen's side of the training comparison: `fit`, and the bare compiled step in a loop."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from tfgen.data.options import pipeline_options
from tfgen.models import MODELS
from tfgen.models.image_model import ImageModel
from tfgen.networks import NETWORKS

from .jobs import ADAM_EPSILON, Job, batches, find_job


def networks(job: Job) -> dict[str, keras.Model]:
    """The job's networks by the argument of the method that takes them, freshly initialised."""
    expand = {"image_shape": job.image_shape, "latent_dim": job.latent_dim, "width": job.width}
    reduce = {"image_shape": job.image_shape, "width": job.width}
    if job.method == "vae":
        encoder = NETWORKS.get(f"{job.network}.encoder")(output_dim=2 * job.latent_dim, **reduce)
        return {
            "encoder": encoder,
            "decoder": NETWORKS.get(f"{job.network}.decoder")(**expand, output_activation="linear"),
        }
    if job.method == "wgan_gp":
        # A critic whose gradient is penalised image by image must not normalise over the batch.
        reduce["batch_norm"] = False
    return {
        "generator": NETWORKS.get(f"{job.network}.generator")(**expand),
        "discriminator": NETWORKS.get(f"{job.network}.discriminator")(**reduce),
    }


def adam(job: Job) -> keras.optimizers.Adam:
    """A player's optimizer."""
    return keras.optimizers.Adam(job.learning_rate, beta_1=job.beta_1, beta_2=job.beta_2, epsilon=ADAM_EPSILON)


def compiled_model(job: Job, **options: Any) -> ImageModel:
    """The job's model, compiled with Keras' own options."""
    steps = {} if job.method == "vae" else {"discriminator_steps": job.discriminator_steps}
    model = MODELS.get(job.method)(**networks(job), **steps)
    players = 1 if job.method == "vae" else 2
    model.compile(*(adam(job) for _ in range(players)), **options)
    return model


def dataset(job: Job) -> tf.data.Dataset:
    """The job's prepared batches, again and again."""
    return tf.data.Dataset.from_tensor_slices(batches(job)).repeat().with_options(pipeline_options())


def prepare(
    job: str, *, loop: str, jit_compile: bool | str = "auto", steps_per_execution: int = 1, **sizes: Any
) -> Callable[[int], None]:
    """A callable that trains for a number of steps.

    Args:
        job: Its name.
        loop: `"fit"`, or `"bare"` for the compiled step alone, called on prepared batches.
        jit_compile: Keras' argument of `compile`.
        steps_per_execution: Likewise.
        sizes: What differs from the job.
    """
    job = find_job(job, **sizes)
    model = compiled_model(job, jit_compile=jit_compile, steps_per_execution=steps_per_execution)
    if loop == "fit":
        images = dataset(job)
        return lambda steps: model.fit(images, steps_per_epoch=steps, epochs=1, verbose=0)
    step = tf.function(model.train_step, jit_compile=model.jit_compile, autograph=False)
    prepared = [tf.constant(images) for images in batches(job)]

    def run(steps: int) -> None:
        for index in range(steps):
            logs = step(prepared[index % len(prepared)])
        for value in logs.values():
            value.numpy()

    return run
