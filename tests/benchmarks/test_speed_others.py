"""The measurements besides training: what they time does what it says."""

import numpy as np
import pytest

from tfgen.benchmarks.speed import extractor, pipeline, sampling, serving, startup, tfgen_training
from tfgen.benchmarks.speed.jobs import find_job
from tfgen.benchmarks.speed.settings import Settings
from tfgen.models.generative_model import GenerativeModel

SMALL = {"width": 2, "batch_size": 4, "image_shape": (8, 8, 1), "latent_dim": 3}


@pytest.mark.parametrize("augmented", [False, True], ids=["as they are", "augmented"])
def test_pipeline_draws_as_many_batches_as_it_is_told(augmented, monkeypatch):
    drawn = []
    batches = pipeline.batches

    def counted(images, size, **options):
        for batch in batches(images, size, **options):
            drawn.append((batch.shape, options))
            yield batch

    monkeypatch.setattr(pipeline, "batches", counted)
    pipeline.prepare("gan", augmented=augmented, count=10, **SMALL)(3)
    assert [tuple(shape) for shape, _ in drawn] == [(4, 8, 8, 1)] * 3
    assert bool(drawn[0][1].get("flip") and drawn[0][1].get("max_shift")) == augmented


def test_sampling_draws_whole_batches(monkeypatch):
    drawn = []
    sample = GenerativeModel.sample
    monkeypatch.setattr(sampling, "BATCH_SIZE", 8)
    monkeypatch.setattr(GenerativeModel, "sample", lambda *args, **kw: drawn.append(sample(*args, **kw)))
    sampling.prepare("gan", side="tfgen", **SMALL)(3)
    assert [images.shape for images in drawn] == [(24, 8, 8, 1)]


def test_every_way_to_call_gives_the_same_images():
    calls = serving.ways(tfgen_training.compiled_model(find_job("gan", **SMALL)), 3)
    assert tuple(calls) == serving.NAMES
    images = [call() for call in calls.values()]
    for found in images:
        assert found.shape == (3, 8, 8, 1)
        np.testing.assert_allclose(found, images[0], atol=1e-6)


@pytest.mark.parametrize("name", serving.NAMES)
def test_latency_is_that_of_one_way(name, monkeypatch):
    asked = []
    ways = {each: lambda each=each: asked.append(each) for each in serving.NAMES}
    monkeypatch.setattr(serving, "ways", lambda model, batch: ways if batch == 2 else {})
    serving.prepare("gan", name=name, batch=2, **SMALL)(3)
    assert asked == [name] * 3


def test_contenders_of_the_latency(monkeypatch):
    monkeypatch.setattr(serving, "compete", lambda *arguments: arguments)
    title, unit, reference, contenders, _ = serving.measure("gan", 8, Settings(sizes=SMALL))
    assert (title, unit) == ("Latency: GAN, InfoGAN net, 28x28x1, batch 8", "ms")
    assert reference in contenders
    assert {name: contender.options["name"] for name, contender in contenders.items()} == dict(
        zip(serving.NAMES, serving.NAMES, strict=True)
    )


def test_start_counts_the_whole_process():
    code = {"Python alone": "", startup.REFERENCE: "import time; time.sleep(0.3)"}
    found = startup.measure(Settings(rounds=1), code)
    assert found.seconds[startup.REFERENCE][0] > 0.3
    assert set(found.seconds) == set(code)


def test_a_start_that_fails_leaves_the_others():
    found = startup.measure(Settings(rounds=1), {startup.REFERENCE: "", "another": "import nothing_of_this_name"})
    assert list(found.seconds) == [startup.REFERENCE]
    assert "No module named 'nothing_of_this_name'" in found.failures["another"]


@pytest.mark.parametrize("name", ["`import tfgen`", "`tfgen --help`"])
def test_the_lines_whose_start_is_timed_run(name):
    assert not startup.measure(Settings(rounds=1), {name: startup.CODE[name]}).failures


@pytest.mark.parametrize("name", [extractor.ALONE, extractor.WHOLE])
def test_the_extractor_and_its_network_run_as_often_as_told(name, monkeypatch):
    calls = []
    ways = {each: lambda each=each: calls.append(each) for each in (extractor.ALONE, extractor.WHOLE)}
    monkeypatch.setattr(extractor, "ways", lambda images: calls.append(images) or ways)
    extractor.prepare(name, 5)(2)
    assert calls == [5, name, name]


def test_the_extractor_is_compared_with_its_network(monkeypatch):
    monkeypatch.setattr(extractor, "compete", lambda *arguments: arguments)
    _, unit, reference, contenders, _ = extractor.measure(Settings(images=3))
    assert unit == "images/s"
    assert reference in contenders
    for name, contender in contenders.items():
        assert contender.options == {"name": name, "images": 3}
        assert contender.unit_share == 3
