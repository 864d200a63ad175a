"""That PyTorch's networks and updates are tfgen's; needs the extra `speed`."""

import keras
import numpy as np
import pytest
from keras import layers

from tfgen import backend
from tfgen.benchmarks.speed import tfgen_training
from tfgen.benchmarks.speed.arithmetic import step_cost
from tfgen.benchmarks.speed.jobs import JOBS, batches, find_job

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
    randomise(ours, 0.2)
    copy_weights(ours, theirs)
    shape = ours.inputs[0].shape[1:]
    inputs = np.random.default_rng(1).uniform(-1, 1, (6, *shape)).astype(np.float32)
    given = inputs if len(shape) == 1 else np.ascontiguousarray(inputs[:, ::-1, ::-1].transpose(0, 3, 1, 2))
    with torch.no_grad():
        found = theirs.train(training)(torch.from_numpy(given)).numpy()
    if found.ndim == 4:
        found = found.transpose(0, 2, 3, 1)[:, ::-1, ::-1]
    np.testing.assert_allclose(found, np.asarray(ours(inputs, training=training)), rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("job", JOBS)
def test_initial_weights(job):
    import torch

    from tfgen.benchmarks.speed import torch_networks

    torch.manual_seed(0)
    keras.utils.set_random_seed(0)
    job = JOBS[job]
    theirs = torch_networks.networks(job)
    for role, network in tfgen_training.networks(job).items():
        module = torch_networks.networks(job)[role]
        copy_weights(network, module)
        pairs = zip(module.named_parameters(), theirs[role].parameters(), strict=True)
        for (name, of_keras), of_torch in pairs:
            of_keras, of_torch = of_keras.detach().numpy(), of_torch.detach().numpy()
            assert of_torch.mean() == pytest.approx(of_keras.mean(), abs=0.01), name
            assert of_torch.std() == pytest.approx(of_keras.std(), rel=0.1 if of_keras.size > 500 else 0.5), name
            # Of a few thousand numbers, those that are not truncated hold some beyond three deviations.
            if of_keras.size > 5000:
                assert (np.abs(of_torch).max() > 0.045) == (np.abs(of_keras).max() > 0.045), name


@pytest.fixture
def draws(monkeypatch):
    """What tfgen draws, in order, which is also what PyTorch then gets."""
    import torch

    drawn = []
    for name in ("normal", "uniform"):
        draw = getattr(backend, name)
        monkeypatch.setattr(backend, name, lambda *args, draw=draw: drawn.append(draw(*args).numpy()) or drawn[-1])

    def again(*shape):
        found = torch.from_numpy(drawn.pop(0))
        assert tuple(found.shape) == shape
        return found

    monkeypatch.setattr(torch, "randn", again)
    monkeypatch.setattr(torch, "rand", again)
    monkeypatch.setattr(torch, "randn_like", lambda like: again(*like.shape))
    return drawn


@pytest.fixture
def losses(monkeypatch):
    """The loss of each update of tfgen's, then of PyTorch's."""
    from tfgen.benchmarks.speed import torch_training

    ours, theirs = [], []
    minimize, update = backend.minimize, torch_training._update

    def recorded(objective, *args):
        def told():
            loss, logs = objective()
            ours.append(float(loss))
            return loss, logs

        return minimize(told, *args)

    monkeypatch.setattr(backend, "minimize", recorded)
    monkeypatch.setattr(
        torch_training, "_update", lambda loss, optimizer: theirs.append(loss.item()) or update(loss, optimizer)
    )
    return ours, theirs


@pytest.mark.parametrize("name", JOBS)
@pytest.mark.parametrize("tuned", [False, True], ids=["eager", "tuned"])
def test_the_same_step_of_the_same_weights_images_and_noise(name, tuned, draws, losses, monkeypatch):
    """Losses, and for each player Adam's moments, in which its gradients are, and the weights that they lead to."""
    import torch

    from tfgen.benchmarks.speed import torch_networks, torch_training

    job = find_job(name, width=2, batch_size=4, latent_dim=5)
    model = tfgen_training.compiled_model(job, jit_compile=False, run_eagerly=True)
    theirs = torch_networks.networks(job)
    ours = {role: getattr(model, role) for role in theirs}
    for role, network in ours.items():
        randomise(network, 0.1)
        copy_weights(network, theirs[role])
    optimizers = {}
    adam = torch_training._adam

    def recorded_adam(job, network, options):
        optimizer = adam(job, network, options)
        optimizers.update({id(weight): optimizer for weight in network.parameters()})
        return optimizer

    monkeypatch.setattr(torch_training, "_adam", recorded_adam)

    images = batches(job, 1)[0]
    model.train_step(images)
    assert draws
    given = torch.from_numpy(np.ascontiguousarray(images[:, ::-1, ::-1].transpose(0, 3, 1, 2)))
    if tuned:
        given = given.to(memory_format=torch.channels_last)
        for network in theirs.values():
            network.to(memory_format=torch.channels_last)
    make_step = {"gan": torch_training.gan_step, "wgan_gp": torch_training.wgan_gp_step, "vae": torch_training.vae_step}
    make_step[job.method](job, theirs, {"fused": True} if tuned else {})(given)
    assert not draws
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-4)

    own_moments = {
        id(weight): moments
        for optimizer, weights in model.optimized_variables()
        for weight, *moments in zip(weights, optimizer._momentums, optimizer._velocities, strict=True)
    }
    for role, network in ours.items():
        found = list(theirs[role].parameters())
        firsts, seconds = zip(*(own_moments[id(weight)] for weight in network.trainable_weights), strict=True)
        firsts, seconds = converted(network, firsts, job, role), converted(network, seconds, job, role)
        for name, moments in (("exp_avg", firsts), ("exp_avg_sq", seconds)):
            # Of a bias before a normalisation, the gradient is rounding alone.
            rounding = 1e-4 * max(np.abs(each).max() for each in moments)
            for weight, expected in zip(found, moments, strict=True):
                moment = optimizers[id(weight)].state[weight][name].numpy()
                np.testing.assert_allclose(moment, expected, rtol=2e-3, atol=rounding)
        weights = converted(network, network.trainable_weights, job, role)
        largest = max(np.abs(each).max() for each in firsts)
        for weight, expected, moment in zip(found, weights, firsts, strict=True):
            moved = np.abs(moment) > 1e-2 * largest
            np.testing.assert_allclose(weight.detach().numpy()[moved], expected[moved], atol=0.02 * job.learning_rate)


@pytest.mark.parametrize(("job", "times"), [("gan", 1.0), ("vae", 1.0), ("dcgan64", 1.0), ("wgan_gp", 1.17)])
def test_pytorch_computes_the_least_but_for_slopes_of_slopes(job, times):
    """Its leaky ReLU, like TensorFlow's, has a zero for a second derivative, and takes it back through the critic."""
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils.flop_counter import flop_registry

    from tfgen.benchmarks.speed import torch_training

    class Counted(TorchDispatchMode):
        """As `FlopCounterMode`, which does not survive a gradient of a gradient."""

        flops = 0

        def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
            found = operation(*args, **(kwargs or {}))
            if count := flop_registry.get(operation._overloadpacket):
                self.flops += count(*args, **(kwargs or {}), out_val=found)
            return found

    run = torch_training.prepare(job)
    with Counted() as counted:
        run(1)
    assert counted.flops / step_cost(find_job(job)).flops == pytest.approx(times, abs=0.005)


def randomise(network, deviation):
    """Gives a Keras network weights of this deviation, and scales and variances from 0.5 on."""
    rng = np.random.default_rng(0)
    for weight in network.weights:
        drawn = rng.normal(0, deviation, weight.shape)
        weight.assign(np.abs(drawn) + 0.5 if "variance" in weight.name or "gamma" in weight.name else drawn)


def converted(network, values, job, role):
    """Arrays as trainable weights of a Keras network, in the shapes and order of PyTorch's parameters."""
    from tfgen.benchmarks.speed import torch_networks

    kept = network.get_weights()
    for weight, value in zip(network.trainable_weights, values, strict=True):
        weight.assign(value)
    module = torch_networks.networks(job)[role]
    copy_weights(network, module)
    network.set_weights(kept)
    return [parameter.detach().numpy() for parameter in module.parameters()]
