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
    settings = {"kid": {"subset_size": 8}}
    evaluation = Evaluation(["kid"], source(), extractor, reference_samples=30, seed=7, settings=settings)
    (result,) = evaluation(source(seed=1), samples=20, step=500)
    row = json.loads(json.dumps(result.row()))
    assert row.pop("seconds") >= 0
    assert row.pop("value") == result.value
    assert row.pop("standard_error") > 0
    noise = {"split": "test", "available": 40, "shape": [6, 5, 1]}
    assert row == {
        "name": "KID[three_numbers]",
        "metric": "kid",
        "higher_is_better": False,
        "settings": {"subset_size": 8},
        "subject": {"name": "noise 1", "images": 20, "quantisation": "uint8", **noise, "origin": "noise of seed 1"},
        "reference": {"name": "noise 0", "images": 30, **noise, "origin": "noise of seed 0"},
        "seed": 7,
        "extractor": {
            "name": "three_numbers",
            "sha256": "0" * 64,
            "layer": "dense",
            "resizer": "none",
            "quantisation": "uint8",
            "value_range": "-1.0 to 1.0",
        },
        "version": tfgen.__version__,
        "step": 500,
    }


def test_only_fid_s_own_inception_gives_fid(extractor):
    assert score_name("FID", extractor) == "FID[three_numbers]"
    same_name = Extractor("inception_2015", extractor.network, layer="pool_3", sha256="0" * 64)
    assert score_name("FID", same_name) == "FID[inception_2015]"
    standard = Extractor("inception_2015", extractor.network, layer="pool_3", sha256="0" * 64, is_standard=True)
    assert score_name("FID", standard) == "FID"


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
        ({"settings": {"fid": {"k": 3}}}, "metric fid has no constant 'k'; it has none"),
        ({"settings": {"kid": {"subset_size": 5}}}, "settings are given for kid, which is not among the metrics fid"),
        ({"metrics": []}, r"the metrics are \[\]; give a list of names, for example fid and kid"),
        ({"metrics": "fid"}, "the metrics are 'fid'; give a list of names"),
        (
            {"metrics": ["kid"], "settings": {"kid": {"subset_size": "abc"}}},
            "metric kid: subset_size is 'abc'; it is a whole number",
        ),
        ({"metrics": ["kid"], "settings": {"kid": {"subset_size": 5.0}}}, "subset_size is 5.0; it is a whole number"),
        ({"metrics": ["kid"], "settings": {"kid": {"subset_size": True}}}, "subset_size is True; it is a whole number"),
        ({"metrics": ["kid"], "settings": {"kid": 3}}, "metric kid: 3 sets nothing; write it as kid.constant=value"),
        ({"reference_samples": 0}, "noise 0 has 0 image; scores of a distribution need 2"),
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
        (["kid"], {}, "kid takes 2 subsets of 1000 images or more of either side, and there are 40; score more images"),
        (
            ["prd"],
            {"samples": 30},
            "prd takes as many images of one side as of the other, and there are 30 and 40; set",
        ),
        (["swd"], {"samples": 30}, "swd takes as many images of one side as of the other"),
        (["ms_ssim"], {}, r"ms_ssim makes 1000 pairs, 2 or more, of 40 images; score more of them, or lower ms_ssim"),
        (["pr"], {"samples": 3}, "pr looks at 3 neighbours of 3 images; k is from 1 to one less than those"),
        (["prdc"], {"samples": 4}, "prdc looks at 5 neighbours of 4 images"),
        (["is"], {"samples": 9}, r"is\.splits is 10; 9 images can be split into 1 to 9 parts"),
        (["log_likelihood"], {}, "LogLikelihood asks a model with `likelihood`, and noise 1 is not one"),
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


def test_what_cannot_be_scored_is_said_before_any_pass(source, extractor, monkeypatch):
    monkeypatch.setattr(Extractor, "__call__", lambda self, images: pytest.fail("an image went through the network"))
    with pytest.raises(TfgenError, match="kid takes 2 subsets"):
        Evaluation(["fid", "kid"], source(), extractor)(source(seed=1))


def test_no_extractor_is_opened_for_pixels(zoo, source):
    pair = [source(seed=seed, shape=(12, 12, 1)) for seed in (0, 1)]
    (found, *_) = Evaluation(["swd"], pair[0], "no_such_extractor")(pair[1])
    assert found.extractor is None
    assert found.subject["quantisation"] == "uint8"
    (as_floats, *_) = Evaluation(["swd"], pair[0], quantise=False)(pair[1])
    assert as_floats.subject["quantisation"] == "float"


def test_scores_without_a_reference_name_none(source, extractor, monkeypatch):
    seen = []
    whole = Extractor.__call__
    monkeypatch.setattr(Extractor, "__call__", lambda self, images: seen.append(len(images)) or whole(self, images))
    found = Evaluation(["is", "modes"], source(), extractor)(source(seed=1))
    assert [result.reference for result in found] == [None] * 3
    assert sum(seen) == 40


def test_a_part_of_a_set_is_drawn_from_all_of_it(source):
    chosen = source().indices(10)
    assert len(set(chosen)) == 10
    assert chosen.max() > 20
    np.testing.assert_array_equal(source().indices(10), chosen)
    np.testing.assert_array_equal(source().indices(40), np.arange(40))
    images = np.concatenate(list(source().batches(10, 3)))
    np.testing.assert_array_equal(images, from_uint8(source().images.images[chosen]))
    np.testing.assert_array_equal(source().labels(10), chosen % 3)


def test_a_classifier_draws_nothing_to_compare(zoo, source, extractor):
    with pytest.raises(TfgenError, match="dots_classifier is a Classifier and draws no images for FrechetInception"):
        Evaluation(["fid"], source(), extractor)(open_subject("dots_classifier"))
