"""The networks of `tfgen.networks` that are timed, in PyTorch: the same layers, of as many weights, and initial scales.

PyTorch pads a strided 5x5 convolution where Keras pads the opposite sides: with the same weights, the networks here
compute Keras' images upside down and mirrored, at the same cost. Its moving averages, which no update reads, hold
unbiased variances. Tensors are (n, channels, height, width).
"""

import torch
from torch import nn

from tfgen.networks.stages import resolutions

from .jobs import Job

BATCH_NORM = {"infogan": {"eps": 1e-3, "momentum": 0.001}, "dcgan": {"eps": 1e-5, "momentum": 0.1}}


class Scale(nn.Module):
    """factor x + offset."""

    def __init__(self, factor: float, offset: float):
        super().__init__()
        self.factor, self.offset = factor, offset

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # noqa: D102
        return x * self.factor + self.offset


def networks(job: Job) -> dict[str, nn.Module]:
    """The job's networks, by the same names as tfgen's."""
    if job.method == "vae":
        made = {
            "encoder": _infogan_reduce(job, 2 * job.latent_dim, batch_norm=True),
            "decoder": nn.Sequential(*_infogan_expand(job, nn.ReLU)),
        }
    elif job.network == "dcgan":
        made = {"generator": _dcgan_generator(job), "discriminator": _dcgan_discriminator(job)}
    else:
        expand = _infogan_expand(job, lambda: nn.LeakyReLU(0.2))
        made = {
            "generator": nn.Sequential(*expand, nn.Sigmoid(), Scale(2.0, -1.0)),
            "discriminator": _infogan_reduce(job, 1, batch_norm=job.method != "wgan_gp"),
        }
    for network in made.values():
        _initialise(network, job.network)
    return made


def _infogan_expand(job: Job, activation) -> list[nn.Module]:
    height, width, channels = job.image_shape
    dense, inner = 16 * job.width, 2 * job.width
    units, norm = height // 4 * (width // 4) * inner, BATCH_NORM["infogan"]
    return [
        *(nn.Linear(job.latent_dim, dense), nn.BatchNorm1d(dense, **norm), activation()),
        *(nn.Linear(dense, units), nn.BatchNorm1d(units, **norm), activation()),
        nn.Unflatten(1, (inner, height // 4, width // 4)),
        *(nn.ConvTranspose2d(inner, job.width, 4, 2, 1), nn.BatchNorm2d(job.width, **norm), activation()),
        nn.ConvTranspose2d(job.width, channels, 4, 2, 1),
    ]


def _infogan_reduce(job: Job, outputs: int, batch_norm: bool) -> nn.Sequential:
    height, width, channels = job.image_shape
    dense, inner, norm = 16 * job.width, 2 * job.width, BATCH_NORM["infogan"]
    return nn.Sequential(
        Scale(0.5, 0.5),
        *(nn.Conv2d(channels, job.width, 4, 2, 1), nn.LeakyReLU(0.2)),
        nn.Conv2d(job.width, inner, 4, 2, 1),
        *([nn.BatchNorm2d(inner, **norm)] if batch_norm else []),
        *(nn.LeakyReLU(0.2), nn.Flatten()),
        nn.Linear(height // 4 * (width // 4) * inner, dense),
        *([nn.BatchNorm1d(dense, **norm)] if batch_norm else []),
        nn.LeakyReLU(0.2),
        nn.Linear(dense, outputs),
    )


def _dcgan_generator(job: Job) -> nn.Sequential:
    *_, base = stages = resolutions(job.image_shape)
    channels, norm = job.width * 2 ** (len(stages) - 2), BATCH_NORM["dcgan"]
    layers = [
        nn.Linear(job.latent_dim, base[0] * base[1] * channels, bias=False),
        *(nn.Unflatten(1, (channels, *base)), nn.BatchNorm2d(channels, **norm), nn.ReLU()),
    ]
    for _ in range(len(stages) - 2):
        doubled = nn.ConvTranspose2d(channels, channels // 2, 5, 2, 2, output_padding=1, bias=False)
        channels //= 2
        layers += [doubled, nn.BatchNorm2d(channels, **norm), nn.ReLU()]
    images = nn.ConvTranspose2d(channels, job.image_shape[-1], 5, 2, 2, output_padding=1)
    return nn.Sequential(*layers, images, nn.Tanh())


def _dcgan_discriminator(job: Job) -> nn.Sequential:
    *_, base = stages = resolutions(job.image_shape)
    channels, layers = job.image_shape[-1], []
    for stage in range(len(stages) - 1):
        wider = job.width * 2**stage
        layers.append(nn.Conv2d(channels, wider, 5, 2, 2, bias=stage == 0))
        if stage:
            layers.append(nn.BatchNorm2d(wider, **BATCH_NORM["dcgan"]))
        layers.append(nn.LeakyReLU(0.2))
        channels = wider
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(base[0] * base[1] * channels, 1))


def _initialise(network: nn.Module, architecture: str) -> None:
    """Kernels from N(0, 0.02), biases of 0; InfoGAN's convolutions truncated, DCGAN's scales from N(1, 0.02)."""
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            if architecture == "infogan" and isinstance(layer, nn.Conv2d):
                nn.init.trunc_normal_(layer.weight, std=0.02, a=-0.04, b=0.04)
            else:
                nn.init.normal_(layer.weight, std=0.02)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
        elif architecture == "dcgan" and isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)
