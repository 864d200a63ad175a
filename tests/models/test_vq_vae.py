"""VQVAE keeps the contract; its samples against the product of the prior network's conditionals, all maps counted."""

import itertools

import keras
import numpy as np
import pytest
from contract import BATCH_SIZE, ModelContract
from keras import ops
from scipy import stats

from tfgen.losses import AbsoluteError
from tfgen.models import VQVAE, AutoencoderModel
from tfgen.networks import mlp, pixel_cnn, vq_vae
from tfgen.recipes import RecipeError, make_recipe
from tfgen.recipes.build import build_model

SHAPE = (8, 8, 1)
NUM_CODES = 3


def vqvae(num_codes=NUM_CODES, image_shape=SHAPE, **arguments):
    return VQVAE(
        vq_vae.encoder(image_shape, 4, width=6, residual_blocks=1),
        vq_vae.decoder(image_shape, 4, width=6, residual_blocks=1),
        pixel_cnn.prior(num_codes, width=6, blocks=2),
        **arguments,
    )


class TestVQVAE(ModelContract):
    log_names = ("loss", "reconstruction_loss", "commitment_loss", "prior_loss", "codebook_usage", "perplexity")

    def make(self, **compile_arguments):
        model = vqvae(decay=0.9, commitment_cost=0.5, reconstruction_loss=AbsoluteError())
        model.compile(keras.optimizers.Adam(1e-3), **compile_arguments)
        return model

    def served(self, model, n, values):
        # Codes are maps of integers.
        values["codes"] = np.random.default_rng(n).integers(0, NUM_CODES, (n, 2, 2)).astype("int32")
        return super().served(model, n, values)

    def test_codes_and_images(self, trained):
        images = self.images(trained)
        codes = np.asarray(trained.encode(images))
        assert (codes.dtype, codes.shape, trained.latent_dim) == (np.int32, (12, 2, 2), 4)
        np.testing.assert_array_equal(next(trained.in_batches("encode", images)), codes)
        vectors = np.asarray(trained.quantizer.codebook)[codes]
        reconstructions = np.clip(np.asarray(trained.decoder(vectors)), -1, 1)
        for found in (trained.decode(codes), trained.reconstruct(images), trained.predict(images, verbose=0)):
            np.testing.assert_allclose(found, reconstructions, atol=1e-6)
        error = np.abs(images - np.asarray(trained.decoder(vectors))).mean((1, 2, 3))
        np.testing.assert_allclose(trained.reconstruction_error(images), error, rtol=1e-4)
        np.testing.assert_allclose(trained.anomaly_score(images), error, rtol=1e-4)
        assert isinstance(trained, AutoencoderModel)

    def test_what_is_logged(self, trained):
        images = self.images(trained)
        vectors = np.asarray(trained.encoder(images))
        codes = np.square(vectors[..., None, :] - np.asarray(trained.quantizer.codebook)).sum(-1).argmin(-1)
        codes = codes.astype("int32")
        commitment = np.square(vectors - np.asarray(trained.quantizer.codebook)[codes]).mean()
        use = np.asarray(trained.quantizer.use)
        shares = use / use.sum()
        logs = trained.evaluate(images, batch_size=BATCH_SIZE, verbose=0, return_dict=True)
        reconstruction = float(np.mean(trained.reconstruction_error(images)))
        expected = {
            "loss": reconstruction + 0.5 * commitment,
            "reconstruction_loss": reconstruction,
            "commitment_loss": commitment,
            "prior_loss": -log_probability(trained, codes).mean(),
            "codebook_usage": np.mean(use > 0.05),
            "perplexity": np.exp(-(shares * np.log(shares)).sum()),
        }
        for name, value in expected.items():
            assert logs[name] == pytest.approx(value, rel=1e-4), name
        np.testing.assert_array_equal(trained.quantizer.use, use)


def log_probability(model, codes):
    """The sum over the places of each map of the log-probability of its code given those before it."""
    total = np.zeros(len(codes))
    for row, column in np.ndindex(codes.shape[1:]):
        before = codes.copy()
        before[:, row, column:] = 0
        before[:, row + 1 :] = 0
        logits = np.asarray(model.prior_network(before))[:, row, column].astype("float64")
        total += logits[np.arange(len(codes)), codes[:, row, column]] - np.log(np.exp(logits).sum(-1))
    return total


@pytest.fixture(scope="module")
def lively():
    """A model whose conditionals differ from place to place and from map to map."""
    keras.utils.set_random_seed(3)
    model = vqvae()
    for weights in model.prior_network.weights:
        weights.assign(np.random.default_rng(weights.shape[-1]).normal(size=weights.shape) / 2)
    return model


@pytest.fixture(scope="module")
def maps():
    """Every map of 2x2 codes."""
    return np.array(list(itertools.product(range(NUM_CODES), repeat=4)), "int32").reshape(-1, 2, 2)


def test_prior_loss_is_the_product_of_the_conditionals(lively, maps):
    losses = np.asarray(lively.prior_loss(maps))
    assert np.exp(-losses.astype("float64")).sum() == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(losses, -log_probability(lively, maps), rtol=1e-4)


def test_drawn_codes_follow_the_prior_network(lively, maps):
    n = 20_000
    drawn = np.asarray(lively.draw_codes(lively.latents(n, (0, 1))))
    assert (drawn.dtype, drawn.shape) == (np.int32, (n, 2, 2))
    counts = np.bincount(drawn.reshape(n, 4) @ NUM_CODES ** np.arange(4)[::-1], minlength=len(maps))
    expected = n * np.exp(-np.asarray(lively.prior_loss(maps)).astype("float64"))
    # The rare ones together.
    rare = expected < 5
    counts, expected = (np.append(each[~rare], each[rare].sum()) for each in (counts, expected))
    assert len(counts) > 20
    assert stats.chisquare(counts, expected * counts.sum() / expected.sum()).pvalue > 0.001
    # It would tell independent places apart.
    places = np.stack([(drawn.reshape(n, 4) == code).mean(0) for code in range(NUM_CODES)])
    independent = np.prod([places[maps.reshape(-1, 4)[:, place], place] for place in range(4)], axis=0)
    assert stats.chisquare(counts[:-1], counts[:-1].sum() * independent[~rare] / independent[~rare].sum()).pvalue < 1e-6


def test_latents_invert_the_distribution_functions(lively, maps):
    logits = np.asarray(lively.prior_network(maps)).astype("float64")
    cumulative = np.cumsum(np.exp(logits) / np.exp(logits).sum(-1, keepdims=True), axis=-1)
    upper = np.take_along_axis(cumulative, maps[..., None], -1)[..., 0]
    lower = np.where(maps > 0, np.take_along_axis(cumulative, np.maximum(maps - 1, 0)[..., None], -1)[..., 0], 0)
    for position in (0.01, 0.5, 0.99):
        latents = (lower + position * (upper - lower)).reshape(-1, 4).astype("float32")
        np.testing.assert_array_equal(lively.draw_codes(latents), maps)
        images = next(lively.in_batches("serving_default", latents))
        np.testing.assert_allclose(images, lively.decode(maps), atol=1e-6)


def test_latents_beyond_the_ends_draw_the_first_and_the_last_code(lively):
    codes = np.asarray(lively.draw_codes(np.array([[-3.0] * 4, [0.0] * 4, [1.0] * 4, [7.0] * 4], "float32")))
    assert (codes[:2] == 0).all()
    assert (codes[2:] == NUM_CODES - 1).all()


def images(count):
    return np.random.default_rng(1).uniform(-1, 1, (count, *SHAPE)).astype("float32")


def fitted(model, **arguments):
    model.fit(images(6 * BATCH_SIZE), batch_size=2 * BATCH_SIZE, shuffle=False, verbose=0, epochs=2, **arguments)
    return model


def test_gradients_of_the_prior_network_reach_nothing_else():
    models = []
    for scale in (1.0, 3.0):
        keras.utils.set_random_seed(0)
        model = vqvae()
        for weights in model.prior_network.weights:
            weights.assign(scale * weights)
        before = model.prior_network.get_weights()
        model.compile(keras.optimizers.SGD(0.01))
        models.append(fitted(model))
        moved = [not np.array_equal(a, b) for a, b in zip(before, model.prior_network.get_weights(), strict=True)]
        assert all(moved)
    first, second = models
    for part in ("encoder", "decoder", "quantizer"):
        weights = [getattr(model, part).get_weights() for model in (first, second)]
        for one, other in zip(*weights, strict=True):
            np.testing.assert_array_equal(one, other)


def test_it_learns_images_and_their_codes():
    keras.utils.set_random_seed(0)
    model = vqvae(num_codes=8)
    model.compile(keras.optimizers.Adam(0.01))
    # Four kinds of images, each of one grey.
    greys = np.array([-0.9, -0.3, 0.3, 0.9], "float32")
    kinds = np.random.default_rng(0).integers(0, 4, 64)
    model.fit(greys[kinds][:, None, None, None] * np.ones(SHAPE, "float32"), batch_size=16, epochs=40, verbose=0)
    logs = model.history.history
    # Of the greys' variance a tenth is left.
    assert logs["reconstruction_loss"][-1] < 0.1 * np.var(greys[kinds])
    assert logs["prior_loss"][-1] < logs["prior_loss"][0]
    # Codes drawn one without the others would mix greys.
    samples = model.sample(40, seed=0)
    distances = np.sqrt(np.square(samples[:, None] - greys[:, None, None, None]).mean((2, 3, 4)))
    assert np.mean(distances.min(axis=1) < 0.3) > 0.8
    assert len(set(distances.argmin(axis=1))) > 2


def test_arguments_are_checked():
    encoder, decoder = vq_vae.encoder(SHAPE, 4, width=2), vq_vae.decoder(SHAPE, 4, width=2)
    prior = pixel_cnn.prior(3, width=2, blocks=1)
    with pytest.raises(ValueError, match=r"the encoder gives \(3,\) an image; a VQ-VAE's gives a map"):
        VQVAE(mlp.encoder(SHAPE, 3), decoder, prior)
    with pytest.raises(ValueError, match=r"maps of shape \(2, 2, 4\) and the decoder takes \(4, 4, 4\)"):
        VQVAE(encoder, vq_vae.decoder(SHAPE, 4, width=2, stages=1), prior)
    inputs = keras.Input((7, 7), dtype="int32")
    fixed = keras.Model(inputs, keras.layers.Embedding(3, 3)(inputs))
    with pytest.raises(ValueError, match=r"takes codes of shape \(7, 7\), and the encoder's maps are \(2, 2\)"):
        VQVAE(encoder, decoder, fixed)
    with pytest.raises(ValueError, match="commitment_cost is -1; it is a finite number, 0 or more"):
        VQVAE(encoder, decoder, prior, commitment_cost=-1)
    with pytest.raises(ValueError, match=r"decay is 1\.0; it is at least 0 and below 1"):
        VQVAE(encoder, decoder, prior, decay=1)
    model = VQVAE(encoder, decoder, prior)
    with pytest.raises(ValueError, match=r"codes have shape \(1, 4\); the model takes \(n, 2, 2\)"):
        model.decode(ops.zeros((1, 4), "int32"))
    with pytest.raises(ValueError, match="codes are float32; the model takes integers from 0 to 2"):
        model.decode(ops.zeros((1, 2, 2)))
    for codes in (np.full((1, 2, 2), 3), np.full((1, 2, 2), -1)):
        sentence = f"codes go from {codes.min()} to {codes.max()}; the model's are 0 to 2"
        with pytest.raises(ValueError, match=sentence):
            model.decode(codes)
        with pytest.raises(ValueError, match=sentence):
            model.in_batches("decode", codes)
    with pytest.raises(ValueError, match="codes are float64; the model takes integers from 0 to 2"):
        model.in_batches("decode", np.zeros((1, 2, 2)))
    assert next(model.in_batches("decode", np.full((1, 2, 2), 2, "uint8"))).shape == (1, *SHAPE)


@pytest.mark.parametrize("wrapped", [False, True], ids=["plain", "loss_scale"])
def test_averages_of_weights_are_refused(wrapped):
    optimizer = keras.optimizers.Adam(use_ema=True)
    with pytest.raises(ValueError, match=r"^use_ema averages the networks' weights, and the codebook would stay"):
        vqvae().compile(keras.optimizers.LossScaleOptimizer(optimizer) if wrapped else optimizer)


def recipe(**changes):
    networks = {
        "encoder": {"name": "vq_vae.encoder", "width": 2},
        "decoder": {"name": "vq_vae.decoder", "width": 2},
        "prior_network": {"name": "pixel_cnn.prior", "width": 2, "blocks": 1},
    }
    for role, change in changes.pop("networks", {}).items():
        networks[role] |= change
    table = {
        "description": "x",
        "seed": 0,
        "steps": 1,
        "data": {"name": "mnist", "batch_size": 4},
        "model": {"name": "vq_vae", "image_shape": [8, 8, 1], "num_codes": 5, "embedding_dim": 4} | changes,
        "networks": networks,
        "optimizer": {"name": "adam"},
    }
    return make_recipe("x", table)


def test_from_a_recipe():
    model = build_model(recipe(commitment_cost=0.5, reconstruction_loss="absolute_error"))
    assert (model.num_codes, model.code_shape, model.commitment_cost) == (5, (2, 2), 0.5)
    assert model.quantizer.codebook.shape == (5, 4)
    with pytest.raises(RecipeError, match=r"recipe x, \[model\]: the encoder gives maps of shape \(4, 4, 4\)"):
        build_model(recipe(networks={"encoder": {"stages": 1}}))
    with pytest.raises(RecipeError, match=r"recipe x: model.num_codes is 0; it is a whole number, 1 or more"):
        build_model(recipe(num_codes=0))
