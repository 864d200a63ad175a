"""The measurements besides training: what they time does what it says."""

import numpy as np
import pytest

from tfgen.benchmarks.speed import extractor, frechet, pipeline, sampling, serving, startup
from tfgen.benchmarks.speed.settings import Settings
from tfgen.errors import TfgenError
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


def test_every_way_to_call_gives_the_same_images(tmp_path):
    calls, served = serving.ways("gan", 3, tmp_path / "served", SMALL)
    images = {name: call() for name, call in calls.items()}
    assert list(images) == ["SavedModel", "`model.sample(n)`", "`model.generate(latents)`"]
    for found in images.values():
        assert found.shape == (3, 8, 8, 1)
        np.testing.assert_allclose(found, images["SavedModel"], atol=1e-6)
    del served


def test_latency(monkeypatch):
    monkeypatch.setattr(serving, "CALLS", 2)
    found = serving.measure("gan", 2, Settings(rounds=2, sizes=SMALL))
    assert found.title == "Latency: GAN, InfoGAN net, 28x28x1, batch 2"
    assert {len(each) for each in found.seconds.values()} == {2}
    assert found.ratios["SavedModel"] == (1, 1, 1)


def test_start_counts_the_whole_process():
    code = {"Python alone": "", startup.REFERENCE: "import time; time.sleep(0.3)"}
    found = startup.measure(Settings(rounds=1), code)
    assert found.seconds[startup.REFERENCE][0] > 0.3
    assert set(found.seconds) == set(code)


def test_a_start_that_fails_says_why():
    with pytest.raises(TfgenError, match="'import nothing_of_this_name' failed: ModuleNotFoundError: No module named"):
        startup.seconds("import nothing_of_this_name")


@pytest.mark.parametrize("name", ["`import tfgen`", "`tfgen --help`"])
def test_the_lines_whose_start_is_timed_run(name):
    assert startup.seconds(startup.CODE[name]) > 0


def test_frechet_distance_of_each_case():
    for case in frechet.CASES:
        found = frechet.measure(case, Settings(rounds=2, dimensions=8))
        assert set(found.seconds) == {"tfgen", "scipy.linalg.sqrtm"}
        assert all(len(each) == 2 and min(each) > 0 for each in found.seconds.values())


def test_the_extractor_is_compared_with_its_network(monkeypatch):
    calls = []
    jobs = {name: lambda name=name: calls.append(name) for name in (extractor.ALONE, extractor.WHOLE)}
    monkeypatch.setattr(extractor, "extractor_jobs", lambda images: calls.append(images) or jobs)
    found = extractor.measure(Settings(rounds=1, images=3))
    # The first run of each makes the graph.
    assert calls == [3, extractor.ALONE, extractor.WHOLE, extractor.ALONE, extractor.WHOLE]
    assert found.reference in found.seconds
