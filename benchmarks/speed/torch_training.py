"""PyTorch's side of the training comparison: the same updates as its users write them."""

from collections.abc import Callable
from typing import Any

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from .jobs import ADAM_EPSILON, Job, batches, find_job
from .torch_networks import networks

PENALTY_WEIGHT = 10.0

Step = Callable[[torch.Tensor], Any]


def prepare(job: str, *, compiled: bool = False, tuned: bool = False, **sizes: Any) -> Callable[[int], None]:
    """A callable that trains for a number of steps.

    Args:
        job: Its name.
        compiled: Whether the networks go through `torch.compile`.
        tuned: Whether to use what speeds PyTorch up without a compiler: Adam as one kernel, and channels last in
            memory.
        sizes: What differs from the job.
    """
    job = find_job(job, **sizes)
    made = networks(job)
    layout = torch.channels_last if tuned else torch.contiguous_format
    for network in made.values():
        network.to(memory_format=layout).train()
        if compiled:
            network.compile()
    prepared = [torch.from_numpy(images.transpose(0, 3, 1, 2).copy()) for images in batches(job)]
    prepared = [images.to(memory_format=layout) for images in prepared]
    make_step = {"gan": gan_step, "wgan_gp": wgan_gp_step, "vae": vae_step}[job.method]
    step = make_step(job, made, {"fused": True} if tuned else {})

    def run(steps: int) -> None:
        for index in range(steps):
            step(prepared[index % len(prepared)])

    return run


def gan_step(job: Job, made: dict[str, torch.nn.Module], options: dict[str, Any]) -> Step:
    """One update of the discriminator and one of the generator, each on noise of its own."""
    generator, discriminator = made["generator"], made["discriminator"]
    of_generator, of_discriminator = (_adam(job, network, options) for network in (generator, discriminator))

    def step(images: torch.Tensor) -> None:
        discriminator.requires_grad_(True)
        with torch.no_grad():
            fakes = generator(_noise(job))
        loss = softplus(-discriminator(images)).mean() + softplus(discriminator(fakes)).mean()
        _update(loss, of_discriminator)
        # Its weights' gradients would be computed for nothing.
        discriminator.requires_grad_(False)
        _update(softplus(-discriminator(generator(_noise(job)))).mean(), of_generator)

    return step


def wgan_gp_step(job: Job, made: dict[str, torch.nn.Module], options: dict[str, Any]) -> Step:
    """k updates of the critic, each on images and noise of its own, and one of the generator."""
    generator, critic = made["generator"], made["discriminator"]
    of_generator, of_critic = (_adam(job, network, options) for network in (generator, critic))

    def step(images: torch.Tensor) -> None:
        critic.requires_grad_(True)
        for real in images.chunk(job.discriminator_steps):
            with torch.no_grad():
                fakes = generator(_noise(job))
            loss = critic(fakes).mean() - critic(real).mean()
            between = (real + torch.rand(len(real), 1, 1, 1) * (fakes - real)).requires_grad_(True)
            (slopes,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
            penalty = (slopes.square().sum((1, 2, 3)).add(1e-12).sqrt() - 1).square().mean()
            _update(loss + PENALTY_WEIGHT * penalty, of_critic)
        critic.requires_grad_(False)
        _update(-critic(generator(_noise(job))).mean(), of_generator)

    return step


def vae_step(job: Job, made: dict[str, torch.nn.Module], options: dict[str, Any]) -> Step:
    """One update of encoder and decoder on the bound, with a Bernoulli likelihood."""
    encoder, decoder = made["encoder"], made["decoder"]
    optimizer = _adam(job, torch.nn.ModuleList([encoder, decoder]), options)

    def step(images: torch.Tensor) -> None:
        mean, log_variance = encoder(images).chunk(2, dim=1)
        logits = decoder(mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean))
        targets = (images + 1) / 2
        reconstruction = binary_cross_entropy_with_logits(logits, targets, reduction="none").sum((1, 2, 3)).mean()
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
        _update(reconstruction + divergence, optimizer)

    return step


def _noise(job: Job) -> torch.Tensor:
    return torch.randn(job.batch_size, job.latent_dim)


def _adam(job: Job, network: torch.nn.Module, options: dict[str, Any]) -> torch.optim.Adam:
    betas = job.beta_1, job.beta_2
    return torch.optim.Adam(network.parameters(), job.learning_rate, betas, eps=ADAM_EPSILON, **options)


def _update(loss: torch.Tensor, optimizer: torch.optim.Adam) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
