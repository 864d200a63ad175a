"""One pass, many scores, each with its protocol; what cannot be scored gets one sentence and caches nothing."""

import json

import keras
import numpy as np
import pytest

import tfgen
from tfgen.data.pictures import from_uint8
from tfgen.errors import TfgenError
from tfgen.evaluation import Evaluation, evaluate
from tfgen.evaluation.one_pass import score_name
from tfgen.evaluation.sources import ModelSource, open_subject
from tfgen.metrics import frechet_distance, moments
from tfgen.metrics.features.extractor import Extractor
from tfgen.paths import tfgen_home
from tfgen.zoo import card, load


def test_many_metrics_one_pass(source, extractor, monkeypatch):
    seen = []
    whole = Extractor.__call__
    monkeypatch.setattr(Extractor, "__call__", lambda self, images: seen.append(len(images)) or whole(self, images))
    metrics = ["fid", "kid", "is", "modes", "pr"]
    evaluation = Evaluation(metrics, source(), extractor, settings={"kid": {"subset_size": 8}})
    results = evaluation(source(seed=1))
    assert sum(seen) == 80
    assert [result.name for result in results[:3]] == ["FID[three_numbers]", "KID[three_numbers]", "IS[three_numbers]"]
    evaluation(source(seed=2))
    assert sum(seen) == 120


def test_the_numbers_are_those_of_the_functions(source, extractor):
    (result,) = Evaluation(["fid"], source(), extractor)(source(seed=1))
    features = [extractor(from_uint8(source(seed=seed).images.images)).features for seed in (0, 1)]
    assert result.value == pytest.approx(frechet_distance(*map(moments, features)), rel=1e-6)
    assert Evaluation(["fid"], source(), extractor)(source())[0].value == pytest.approx(0, abs=1e-9)


def test_a_row_says_what_it_rests_on(source, extractor):
    evaluation = Evaluation(["kid"], source(), extractor, reference_samples=30, settings={"kid": {"subset_size": 8}})
    (result,) = evaluation(source(seed=1), samples=20, step=500)
    row = json.loads(json.dumps(result.row()))
    assert row.pop("seconds") >= 0
    assert row.pop("value") == result.value
    assert row.pop("standard_error") > 0
    assert row == {
        "name": "KID[three_numbers]",
        "metric": "kid",
        "higher_is_better": False,
        "settings": {"subset_size": 8},
        "subject": {"name": "noise 1", "images": 20, "split": "test", "origin": "noise of seed 1"},
        "reference": {"name": "noise 0", "images": 30, "split": "test", "origin": "noise of seed 0"},
        "extractor": {
            "name": "three_numbers",
            "sha256": "0" * 64,
            "layer": "dense",
            "resizer": "tf1_bilinear",
            "quantisation": "uint8",
            "value_range": "-1.0 to 1.0",
        },
        "version": tfgen.__version__,
        "step": 500,
    }


def test_only_fid_s_own_inception_gives_fid(extractor, monkeypatch):
    assert score_name("FID", extractor) == "FID[three_numbers]"
    monkeypatch.setattr(extractor, "name", "inception_2015")
    assert score_name("FID", extractor) == "FID"


def test_a_checkpoint_by_names(zoo, tmp_path, folder):
    images = np.random.default_rng(0).integers(0, 256, (30, 6, 5, 1), np.uint8)
    (result,) = evaluate(
        "gan_dots", folder("real", images), ["fid"], samples=25, extractor="dots_classifier", seed=3, batch_size=10
    )
    assert result.name == "FID[dots_classifier]"
    assert result.subject["images"] == 25
    assert result.subject["seed"] == 3
    assert result.subject["checkpoint_sha256"] == card("gan_dots")["weights"]["sha256"]
    assert result.extractor["sha256"] == card("dots_classifier")["weights"]["sha256"]


def test_a_model_in_memory_and_as_files_get_the_same_score(zoo, source, extractor, folder):
    model = load("gan_dots")
    written = folder("generated", np.rint((model.sample(30, seed=0) + 1) * 127.5).clip(0, 255).astype(np.uint8))
    evaluation = Evaluation(["fid"], source(), extractor)
    (of_model,) = evaluation(ModelSource("gan", model), 30)
    (of_files,) = evaluation(open_subject(written))
    assert of_model.value == pytest.approx(of_files.value, rel=1e-6)


def test_the_batch_size_changes_nothing(source, extractor):
    values = [Evaluation(["fid"], source(), extractor, batch_size=size)(source(seed=1))[0].value for size in (3, 40)]
    assert values[0] == pytest.approx(values[1], rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"metrics": ["fidd"]}, "there is no metric 'fidd'; did you mean fid"),
        ({"settings": {"fid": {"k": 3}}}, "metric fid: .* takes no arguments"),
        ({"settings": {"kid": {"subset_size": 5}}}, "settings are given for kid, which is not among the metrics fid"),
        ({"reference_samples": 41}, "noise 0 has 40 images and 41 are asked for; ask for fewer"),
        ({"reference_samples": 1}, "noise 0 has 1 image; scores of a distribution need 2"),
        (
            {"metrics": ["anomalies"]},
            "metric anomalies: say which images are abnormal, for example --set",
        ),
    ],
)
def test_wrong_arguments(source, extractor, arguments, sentence):
    with pytest.raises(TfgenError, match=sentence):
        Evaluation(**{"metrics": ["fid"], "reference": source(), "extractor": extractor, **arguments})


@pytest.mark.parametrize(
    ("metrics", "arguments", "sentence"),
    [
        (["fid"], {"samples": 1}, "1 image of noise 1 is asked for; scores of a distribution need 2 or more"),
        (["fid"], {"samples": 41}, "noise 1 has 40 images and 41 are asked for"),
        (["log_likelihood"], {}, "LogLikelihood asks a model with `posterior`, and noise 1 is not one"),
        (
            ["memorisation"],
            {},
            "say what noise 1 was trained on, for example --set memorisation",
        ),
    ],
)
def test_wrong_subjects(source, extractor, metrics, arguments, sentence, tmp_path):
    with pytest.raises(TfgenError, match=sentence):
        Evaluation(metrics, source(), extractor)(source(seed=1), **arguments)
    assert not list(tfgen_home().rglob("*.npz"))


def test_a_model_that_diverged_caches_nothing(zoo, source, extractor):
    model = load("gan_dots")
    model.generator.set_weights([np.full_like(weight, np.nan) for weight in model.generator.get_weights()])
    with pytest.raises(TfgenError, match="the images of gan have values that are not finite; did the training"):
        Evaluation(["fid"], source(), extractor)(ModelSource("gan", model), 5)
    assert not list(tfgen_home().rglob("*.npz"))


def test_probabilities_need_a_classifier(source):
    inputs = keras.Input((6, 5, 1))
    network = keras.Model(inputs, {"features": keras.layers.Flatten()(inputs)})
    extractor = Extractor("pixels", network, layer="flatten", sha256="0" * 64)
    with pytest.raises(TfgenError, match="pixels gives no class probabilities; choose a classifier"):
        Evaluation(["is"], source(), extractor)(source(seed=1))
