import numpy as np
import pytest

from tfgen.data.pictures import to_uint8
from tfgen.errors import TfgenError
from tfgen.models import ACGAN, Autoencoder
from tfgen.networks import conditional, mlp


def test_path_length_of_unrounded_images(score, gan, extractor):
    found = score("ppl", gan, paths=50)["PPL"]
    assert found.value > 0
    assert found.extractor["quantisation"] == "float"
    assert extractor.quantise
    assert "images" not in found.subject
    # A generator is smooth: the length hardly depends on so small a step.
    assert score("ppl", gan, paths=50, epsilon=1e-3)["PPL"].value == pytest.approx(found.value, rel=0.05)


def test_path_length_of_an_autoencoder_is_that_of_straight_lines(score, extractor):
    encoder = mlp.encoder((12, 12, 1), 3, hidden_dims=(5,))
    model = Autoencoder(encoder, mlp.decoder((12, 12, 1), 3, hidden_dims=(5,)))
    # Far from 0, where the prior's great circles would not go.
    model.code_mean.assign([20.0, 0.0, 0.0])
    model.code_moment.assign(np.diag([401.0, 1.0, 1.0]).astype("float32"))
    first, second = (np.asarray(model.latents(40, (0, index)), np.float64) for index in (1, 2))
    positions = np.random.default_rng(0).random((40, 1))
    features = [
        extractor.unrounded()(
            model.generate((first + (second - first) * (positions + step)).astype("float32"))
        ).features
        for step in (0.0, 1e-2)
    ]
    lengths = np.square(np.diff(np.asarray(features, np.float64), axis=0)[0]).sum(axis=1) / 1e-4
    low, high = np.percentile(lengths, 1, method="lower"), np.percentile(lengths, 99, method="higher")
    expected = lengths[(low <= lengths) & (lengths <= high)].mean()
    assert score("ppl", model, paths=40, epsilon=1e-2)["PPL"].value == pytest.approx(expected, rel=1e-3)


def test_path_length_of_a_conditional_model_and_its_missing_recovery(score):
    base = {"name": "mlp.generator", "hidden_dims": (5,)}
    generator = conditional.generator((12, 12, 1), 3, 4, base=base)
    model = ACGAN(generator, mlp.discriminator((12, 12, 1), hidden_dims=(5,)), num_classes=4)
    found = score("ppl", model, paths=50)["PPL"].value
    assert score("ppl", model, paths=50, epsilon=1e-3)["PPL"].value == pytest.approx(found, rel=0.05)
    with pytest.raises(TfgenError, match="inversion looks for latents alone, and model draws by labels too"):
        score("inversion", model)


def test_recovery_of_what_the_generator_made_and_of_what_it_cannot_make(score, gan, make_source):
    own = make_source(images=to_uint8(gan.sample(6, seed=5)))
    found = score("inversion", gan, own, images=6, steps=150, restarts=3)
    assert found["recovered share"].value == 1
    assert found["median distance of recovery"].value < 0.02
    noise = score("inversion", gan, images=6, steps=50, restarts=1)
    assert noise["recovered share"].value == 0
    assert noise["recovered share"].reference["images"] == 6


def test_a_generator_that_copies_is_found_out(score, make_source):
    training = make_source(count=60, seed=2, split="train")
    copies = make_source(images=training.images.images[:40])
    found = score("memorisation", copies, others=lambda name: training, training="noise:train", pairs=8)
    assert found["ratio of nearest distances"].value == pytest.approx(0, abs=1e-3)
    assert found["share near training"].value == 1
    picture = score.pictures["nearest_training_images"]
    # One row of eight samples above one of their neighbours, two white pixels between and around, 7 times as large.
    assert picture.shape == (7 * (2 * 14 + 2), 7 * (8 * 14 + 2), 1)
    np.testing.assert_array_equal(picture[7 * 2 : 7 * 14], picture[7 * 16 : 7 * 28])
    assert found["share near training"].settings["training_images"] == 60


def test_a_generator_of_new_images_is_not(score, make_source):
    training = make_source(count=60, seed=2, split="train")
    found = score("memorisation", make_source(seed=3), others=lambda name: training, training="noise:train")
    assert 0.6 < found["ratio of nearest distances"].value < 1.6
    assert found["share near training"].value < 0.3


def test_a_classifier_generates_nothing(score, classifier):
    for metric in ("ppl", "inversion", "polygons"):
        with pytest.raises(TfgenError, match="asks a model with `sample_batches`, and model is not one"):
            score(metric, classifier)
