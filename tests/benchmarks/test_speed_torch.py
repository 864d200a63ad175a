"""That PyTorch's networks are tfgen's; needs the extra `speed`."""

import numpy as np
import pytest
from keras import layers

from tfgen.benchmarks.speed import tfgen_training
from tfgen.benchmarks.speed.jobs import JOBS, find_job

pytestmark = pytest.mark.slow

ROLES = pytest.mark.parametrize(
    ("job", "role"),
    [
        (name, role)
        for name, job in JOBS.items()
        for role in (("encoder", "decoder") if job.method == "vae" else ("generator", "discriminator"))
    ],
)


def both(job, role, **sizes):
    """The network by Keras and by PyTorch."""
    from tfgen.benchmarks.speed import torch_networks

    job = find_job(job, **sizes)
    ours, theirs = tfgen_training.networks(job), torch_networks.networks(job)
    assert set(ours) == set(theirs)
    return ours[role], theirs[role]


def order_of_pixels(shape):
    """Where Keras has, of a flattened map (height, width, channels), what PyTorch has: upside down and mirrored."""
    return np.arange(np.prod(shape)).reshape(shape)[::-1, ::-1].transpose(2, 0, 1).reshape(-1)


def copy_weights(ours, theirs):
    """Gives PyTorch's network the weights of Keras', for images upside down and mirrored."""
    import torch

    modules = [module for module in theirs.modules() if list(module.parameters(recurse=False))]
    flattened = None
    made_pixels = next((layer.output.shape[1:] for layer in ours.layers if isinstance(layer, layers.Reshape)), None)
    for layer in ours.layers:
        if isinstance(layer, layers.Flatten):
            flattened = layer.input.shape[1:]
        if not layer.weights:
            continue
        module, values = modules.pop(0), [weight.numpy() for weight in layer.weights]
        if made_pixels and values[0].shape[-1] == np.prod(made_pixels):
            values = [each[..., order_of_pixels(made_pixels)] for each in values]
        if isinstance(layer, layers.Dense):
            if flattened:
                values[0], flattened = values[0][order_of_pixels(flattened)], None
            values[0] = values[0].T
        elif values[0].ndim == 4:
            # From height, width and channels, and upside down and mirrored.
            values[0] = values[0][::-1, ::-1].transpose(3, 2, 0, 1)
        targets = [*module.parameters(recurse=False), *list(module.buffers(recurse=False))[:2]]
        for target, value in zip(targets, values, strict=True):
            target.data = torch.from_numpy(np.ascontiguousarray(value))
    assert not modules


@ROLES
def test_as_many_weights(job, role):
    ours, theirs = both(job, role)
    trainable = sum(parameter.numel() for parameter in theirs.parameters())
    assert trainable == sum(int(np.prod(weight.shape)) for weight in ours.trainable_weights)


@ROLES
@pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])
def test_the_same_outputs_of_the_same_weights(job, role, training):
    import torch

    ours, theirs = both(job, role, width=4)
    rng = np.random.default_rng(0)
    for weight in ours.weights:
        drawn = rng.normal(0, 0.2, weight.shape)
        weight.assign(np.abs(drawn) + 0.5 if "variance" in weight.name or "gamma" in weight.name else drawn)
    copy_weights(ours, theirs)
    shape = ours.inputs[0].shape[1:]
    inputs = rng.uniform(-1, 1, (6, *shape)).astype(np.float32)
    given = inputs if len(shape) == 1 else np.ascontiguousarray(inputs[:, ::-1, ::-1].transpose(0, 3, 1, 2))
    with torch.no_grad():
        found = theirs.train(training)(torch.from_numpy(given)).numpy()
    if found.ndim == 4:
        found = found.transpose(0, 2, 3, 1)[:, ::-1, ::-1]
    np.testing.assert_allclose(found, np.asarray(ours(inputs, training=training)), rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("job", JOBS)
def test_initial_scales(job):
    from tfgen.benchmarks.speed import torch_networks

    for name, network in tfgen_training.networks(JOBS[job]).items():
        kernels = [weight.numpy().std() for weight in network.trainable_weights if len(weight.shape) > 1]
        theirs = [each.std().item() for each in torch_networks.networks(JOBS[job])[name].parameters() if each.dim() > 1]
        # Keras' convolutions of InfoGAN are truncated at two deviations.
        np.testing.assert_allclose(theirs, kernels, rtol=0.2)


@pytest.mark.parametrize("job", ["gan", "wgan_gp", "vae"])
@pytest.mark.parametrize("tuned", [False, True], ids=["eager", "tuned"])
def test_pytorch_trains(job, tuned, monkeypatch):
    from tfgen.benchmarks.speed import torch_training

    made = []
    networks = torch_training.networks
    monkeypatch.setattr(torch_training, "networks", lambda *args: made.append(networks(*args)) or made[-1])
    run = torch_training.prepare(job, tuned=tuned, width=2, batch_size=4)
    before = {role: [each.detach().clone() for each in net.parameters()] for role, net in made[0].items()}
    run(2)
    for role, network in made[0].items():
        assert any((old != new).any() for old, new in zip(before[role], network.parameters(), strict=True))
