"""Runs the TorchScript archive that inception_2015 takes its weights from, in PyTorch.

In an environment of its own, with torch==2.13.0 from PyPI:

    python tests/oracles/inception_torchscript.py default_1.pt images.npz features.npz

`images` in the first .npz are float32 (n, 299, 299, 3) in the network's own range, `features` in the other are
float32 (n, 2048).
"""

import sys

import numpy as np
import torch

BATCH = 32


def main(archive: str, source: str, target: str) -> None:
    """Writes the features of the images."""
    network = torch.jit.load(archive, map_location="cpu").eval()
    with np.load(source) as arrays:
        images = arrays["images"].transpose(0, 3, 1, 2)
    with torch.inference_mode():
        starts = range(0, len(images), BATCH)
        batches = [network(torch.from_numpy(images[start : start + BATCH].copy())).numpy() for start in starts]
    np.savez(target, features=np.concatenate(batches))


if __name__ == "__main__":
    main(*sys.argv[1:])
