"""Images whose hidden pixels are filled in by a model that knows what such images look like (inpainting)."""

from typing import Any

import numpy as np
from keras import ops

from tfgen import backend
from tfgen.data.progress import progress
from tfgen.latent.generating import check_smooth, compute, generate, needs_labels
from tfgen.metrics.image_inputs import image_batch
from tfgen.metrics.latent_search import search_latents
from tfgen.metrics.reconstruction import peak_signal_to_noise_ratio
from tfgen.models.autoencoder_model import AutoencoderModel
from tfgen.models.generative_model import GenerativeModel
from tfgen.models.likelihood_model import LikelihoodModel
from tfgen.models.variational_model import VariationalModel
from tfgen.tasks.masks import check_mask


def iterate(
    model: GenerativeModel, images: Any, hidden: np.ndarray, *, steps: int = 50, seed: int = 0, batch_size: int = 256
) -> np.ndarray:
    """Repairs by reconstructing again and again, each time putting back the known pixels.

    Rezende, Mohamed and Wierstra 2014 (arXiv 1401.4082, appendix F): code the image, decode it, take the hidden pixels
    from what is decoded and the known ones from the image, repeat. The hidden pixels begin at the mean of the known
    ones. A VAE's codes are drawn from its posterior, so that the steps are a Markov chain near the hidden pixels'
    distribution given the known ones, and another seed gives another repair; of the decoded pixels the means are taken,
    and not, as in the paper, draws. Other autoencoders have no posterior, and end at a fixed point.

    Args:
        model: A trained autoencoder or VAE that takes no labels.
        images: Floats `(n, height, width, channels)` in [-1, 1]; what the hidden pixels are does not matter.
        hidden: bool `(height, width)`, true where hidden, the same for all images.
        steps: Reconstructions of each image.
        seed: Draws the codes.
        batch_size: Images reconstructed at once; it changes nothing else.

    Returns:
        The images, float32, of which the known pixels are as they were.

    Raises:
        ValueError: If the model does not reconstruct or takes labels, or images, mask or a number is not such.
    """
    if not isinstance(model, AutoencoderModel):
        raise ValueError(f"a {type(model).__name__} does not reconstruct; its latents can be sought: optimize")
    if min(steps, batch_size) < 1:
        raise ValueError(f"steps is {steps} and batch_size {batch_size}; both are 1 or more")
    images, hidden = _checked(model, images, hidden, "reconstruct")
    filled = mean_of_known(images, hidden)

    def step(images: Any, noise: Any) -> Any:
        return ops.where(hidden[..., None], _redrawn(model, images, noise), images)

    specs = (backend.TensorSpec((None, *each), "float32") for each in (model.image_shape, (model.latent_dim,)))
    compiled = backend.function(step, tuple(specs))
    for time in progress(range(steps), "repairing images", steps):
        noise = np.asarray(backend.normal((len(images), model.latent_dim), (seed, time)))
        for start in range(0, len(images), batch_size):
            batch = slice(start, start + batch_size)
            filled[batch] = compiled(filled[batch], noise[batch])
    return filled


def optimize(
    model: GenerativeModel,
    images: Any,
    hidden: np.ndarray,
    *,
    steps: int = 300,
    learning_rate: float = 0.1,
    restarts: int = 2,
    seed: int = 0,
) -> np.ndarray:
    """Repairs from the latents whose images come closest to the known pixels, found by gradient descent.

    Yeh et al. 2017 (arXiv 1607.07539) do so with GANs. A VAE's latents minimise -log p(known pixels | z) - log p(z), in
    the likelihood that it was trained with: they are the most probable ones. Those of a GAN or another autoencoder
    minimise the squared error of the known pixels alone: neither the paper's weights of pixels near the hidden ones nor
    its discriminator have a say, and codes are sought where a sparse autoencoder's encoder never puts them, too. Where
    the model encodes, the first search starts at the code of the image with its hidden pixels at the mean of the known
    ones; all others start at draws of the prior.

    Args:
        model: A trained model that takes no labels and whose images move smoothly with its latents.
        images: As for `iterate`.
        hidden: As for `iterate`.
        steps: Updates of each latent.
        learning_rate: Adam's, at the first step (`tfgen.metrics.latent_search`).
        restarts: Latents that are sought from for each image.
        seed: Draws the starts.

    Returns:
        As `iterate`.

    Raises:
        ValueError: If the model takes labels, or images, mask or a number is not such; or as `check_smooth`.
    """
    check_smooth(model)
    images, hidden = _checked(model, images, hidden, "serving_default")

    def known(pixels: Any) -> Any:
        # Where both images and outputs are constant, the cost has no gradient.
        return ops.where(hidden[..., None], 0.0, ops.cast(pixels, "float32"))

    def cost(latents: Any, targets: Any) -> Any:
        if not isinstance(model, LikelihoodModel):
            return ops.sum(ops.square(known(model.generate(model.prior.nearest(latents))) - targets), axis=(1, 2, 3))
        outputs = model.decoder(latents, training=False)
        return model.likelihood(targets, known(outputs)) + 0.5 * ops.sum(ops.square(latents), axis=-1)

    def starts(count: int, seed: tuple[int, int]) -> np.ndarray:
        draws = np.array(model.latents(count, seed))
        if isinstance(model, AutoencoderModel) and not model.decodes_alone:
            filled = mean_of_known(images, hidden)
            draws[: len(images)] = compute(model, "encode", filled, description="encoding images")
        return draws

    found = search_latents(
        cost,
        np.asarray(known(images)),
        starts,
        bound=model.prior.bound,
        steps=steps,
        learning_rate=learning_rate,
        restarts=restarts,
        seed=seed,
    )
    latents = np.asarray(model.prior.nearest(found.latents))
    return np.where(hidden[..., None], generate(model, latents), images)


def mean_of_known(images: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """The images with their hidden pixels at the mean of the known ones, each image and channel its own.

    Args:
        images: Floats `(n, height, width, channels)`.
        hidden: bool `(height, width)`.
    """
    filled = images.copy()
    filled[:, hidden] = images[:, ~hidden].mean(axis=1, keepdims=True)
    return filled


def biharmonic(images: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """The images with hidden pixels that continue the known ones smoothly, by scikit-image's `inpaint_biharmonic`.

    Args:
        images: Floats `(n, height, width, channels)`.
        hidden: bool `(height, width)`.
    """
    from skimage.restoration import inpaint_biharmonic

    filled = images.copy()
    for index in progress(range(len(images)), "biharmonic inpainting", len(images)):
        filled[index] = inpaint_biharmonic(images[index], hidden, channel_axis=-1)
    return np.where(hidden[..., None], filled, images)


def hidden_psnr(images: np.ndarray, repaired: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Peak signal-to-noise ratio, dB, of each image's repair over the hidden pixels alone, float64 `(n,)`.

    Args:
        images: The whole images, floats `(n, height, width, channels)` in [-1, 1].
        repaired: Those in which the hidden pixels were filled.
        hidden: bool `(height, width)`.
    """
    # The hidden pixels as an image of one row.
    return peak_signal_to_noise_ratio(images[:, hidden][:, None], repaired[:, hidden][:, None])


def _redrawn(model: GenerativeModel, images: Any, noise: Any) -> Any:
    if not isinstance(model, VariationalModel):
        return model.reconstruct(images)
    return model.decode(model.codes_at(model.posterior(images), noise))


def _checked(model: GenerativeModel, images: Any, hidden: np.ndarray, signature: str) -> tuple[np.ndarray, np.ndarray]:
    images = image_batch(images, "images").astype(np.float32, copy=False)
    if images.shape[1:] != model.image_shape:
        raise ValueError(f"images have shape {images.shape}; the model takes {('n', *model.image_shape)}")
    if needs_labels(model, signature):
        raise ValueError(f"a {type(model).__name__} is told the class of each image; models that are not can repair")
    return images, check_mask(hidden, model.image_shape)
