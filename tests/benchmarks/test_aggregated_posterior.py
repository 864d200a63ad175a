import keras
import numpy as np
from PIL import Image

from tfgen.benchmarks.autoencoders.aggregated_posterior import Row, codes_of, compare, draw_codes, table, whiten
from tfgen.data import ImageSet
from tfgen.metrics.maximum_mean_discrepancy import TwoSampleTest
from tfgen.models import VAE, WAE
from tfgen.networks import mlp
from tfgen.priors import GaussianMixture, SwissRoll

RNG = np.random.default_rng(0)


def model(prior=None):
    keras.utils.set_random_seed(0)
    return WAE(mlp.encoder((2, 2, 1), 2, hidden_dims=()), mlp.decoder((2, 2, 1), 2, hidden_dims=()), prior=prior)


def test_codes_of_a_vae_are_drawn_from_the_posteriors():
    images = ImageSet(np.zeros((2000, 2, 2, 1), np.uint8))
    vae = VAE(mlp.encoder((2, 2, 1), 4, hidden_dims=()), mlp.decoder((2, 2, 1), 2, hidden_dims=()))
    kernel, _ = vae.encoder.get_weights()
    # Whatever the image, the means are 1 and 2 and the deviations 0.5 and 3.
    vae.encoder.set_weights([np.zeros_like(kernel), np.array([1, 2, 2 * np.log(0.5), 2 * np.log(3)])])
    drawn = codes_of(vae, images)
    np.testing.assert_allclose(drawn.mean(axis=0), [1, 2], atol=0.2)
    np.testing.assert_allclose(drawn.std(axis=0), [0.5, 3], rtol=0.06)
    # They are not the draws that codes are compared with.
    draws = np.asarray(vae.prior.sample(2000, 2, (0, 0)))
    assert np.abs(np.corrcoef(drawn.T, draws.T)[:2, 2:]).max() < 0.1
    # Batches have draws of their own.
    assert len(np.unique(drawn, axis=0)) == 2000
    plain = model()
    np.testing.assert_allclose(codes_of(plain, images.first(3)), plain.encode(-np.ones((3, 2, 2, 1), "float32")))


def test_whitening_goes_by_the_other_codes():
    others = RNG.normal(size=(500, 3)) @ RNG.normal(size=(3, 3)) + 5
    moved = whiten(others, others)
    np.testing.assert_allclose(moved.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(np.cov(moved.T), np.eye(3), atol=1e-9)
    np.testing.assert_allclose(whiten(others[:7], others), moved[:7], atol=1e-9)
    assert np.isfinite(whiten(others, others * [1, 1, 0])).all()


def test_codes_of_another_scale_are_told_apart_until_they_are_whitened():
    codes = 3 * RNG.normal(size=(300, 2)) + 1
    row = compare("x", model(), codes, 3 * RNG.normal(size=(5000, 2)) + 1, permutations=99)
    assert (row.prior, row.latent_dim, row.as_they_are.p_value) == ("Normal", 2, 0.01)
    assert row.whitened.p_value > 0.05


def test_draws_of_the_prior_follow_it():
    prior = GaussianMixture()
    codes = np.asarray(prior.sample(300, 2, (5, 5)))
    row = compare("x", model(prior), codes, codes, permutations=99)
    assert row.as_they_are.p_value > 0.05
    assert row.whitened is None
    rolled = compare("x", model(SwissRoll()), codes, codes, permutations=99)
    assert rolled.as_they_are.p_value == 0.01


def test_table():
    rows = [
        Row("a", "Normal", 8, TwoSampleTest(0.001, 0.2), TwoSampleTest(0.002, 0.04)),
        Row("b", "SwissRoll", 2, TwoSampleTest(0.1, 0.001), None),
    ]
    lines = table(rows, 2000, 1000)
    assert lines[2:4] == [
        "| a | Normal | 8 | 0.00100 | 0.200 | 0.00200 | 0.040 |",
        "| b | SwissRoll | 2 | 0.10000 | 0.001 | - | - |",
    ]
    assert "2,000 test images" in lines[5]
    assert lines[5].endswith("rejects the codes of all models but a; whitened, those of all models.")
    rows.append(Row("c", "Normal", 2, TwoSampleTest(0.1, 0.04), TwoSampleTest(0.0, 0.9)))
    assert table(rows[1:], 2000, 1000)[5].endswith("the codes of all models; whitened, those of all models but c.")


def test_picture(tmp_path):
    images = ImageSet(np.zeros((30, 2, 2, 1), np.uint8), np.arange(30) % 10)
    draw_codes(tmp_path / "codes.png", model(SwissRoll()), RNG.normal(size=(30, 2)), images)
    assert Image.open(tmp_path / "codes.png").size == (1100, 550)
