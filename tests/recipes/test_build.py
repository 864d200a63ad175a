"""From a recipe to its model; a recipe that cannot be built gives one sentence."""

import keras
import pytest

from tfgen.corruptions import GaussianNoise
from tfgen.losses import AbsoluteError, Gaussian
from tfgen.models import GAN, VAE, Autoencoder, Classifier, ConditionalGAN, InfoGAN
from tfgen.priors import Normal, Uniform
from tfgen.recipes import RecipeError, make_recipe
from tfgen.recipes.build import build_model, compile_model
from tfgen.techniques import HistoricalAveraging, Replay


def built(table):
    recipe = make_recipe("x", table)
    model = build_model(recipe)
    compile_model(recipe, model)
    return model


def test_a_gan(table):
    table["model"]["prior"] = "uniform"
    table["compile"] = {"jit_compile": False, "steps_per_execution": 4}
    model = built(table)
    assert type(model) is GAN
    assert (model.discriminator_steps, model.latent_dim, model.image_shape, model.seed) == (2, 3, (8, 8, 1), 3)
    assert isinstance(model.prior, Uniform)
    assert isinstance(model.generator_optimizer, keras.optimizers.Adam)
    assert (model.generator_optimizer.use_ema, model.discriminator_optimizer.use_ema) == (True, False)
    assert (model.jit_compile, model.steps_per_execution) == (False, 4)
    assert model.discriminator.get_layer("dense_1").units == 5


def test_a_conditional_gan_and_its_networks_are_told_the_classes(table):
    for role, network in table["networks"].items():
        table["networks"][role] = {"name": f"conditional.{role}", "base": network}
    table["model"] |= {"name": "conditional_gan", "num_classes": 3}
    model = built(table)
    assert type(model) is ConditionalGAN
    assert (model.num_classes, model.latent_dim) == (3, 3)
    assert model.sample(2, seed=0, labels=[2, 0]).shape == (2, 8, 8, 1)
    del table["model"]["num_classes"]
    with pytest.raises(RecipeError, match=r"model.num_classes is None; it is a whole number, 1 or more"):
        built(table)


def test_an_infogan_with_its_codes(table):
    table["model"] |= {"name": "info_gan", "latent_dim": 9, "continuous_weight": 0.5}
    table["model"]["prior"] = {"name": "structured_codes", "categories": [4], "continuous": 1}
    model = built(table)
    assert type(model) is InfoGAN
    assert (model.prior.categories, model.prior.continuous, model.continuous_weight) == ((4,), 1, 0.5)


@pytest.mark.parametrize("name", ["vae", "autoencoder"])
def test_autoencoders(table, name):
    table["networks"] = {
        "encoder": {"name": "mlp.encoder", "hidden_dims": [4]},
        "decoder": {"name": "mlp.decoder", "hidden_dims": [4]},
    }
    table["model"] = {"name": name, "latent_dim": 3, "image_shape": [8, 8, 1]}
    argument = {
        "vae": {"likelihood": {"name": "gaussian", "scale": 0.25}},
        "autoencoder": {"reconstruction_loss": "absolute_error"},
    }
    table["model"] |= argument[name]
    del table["optimizers"]
    table["optimizer"] = {"name": "sgd", "learning_rate": 0.5}
    model = built(table)
    assert type(model) is {"vae": VAE, "autoencoder": Autoencoder}[name]
    assert float(model.optimizer.learning_rate) == 0.5
    if name == "vae":
        assert isinstance(model.likelihood, Gaussian)
        assert model.likelihood.scale == 0.25
    else:
        assert isinstance(model.reconstruction_loss, AbsoluteError)


def test_a_denoising_autoencoder_and_its_corruption(table):
    table["networks"] = {"encoder": {"name": "mlp.encoder"}, "decoder": {"name": "mlp.decoder"}}
    table["model"] = {"name": "denoising_autoencoder", "latent_dim": 3, "image_shape": [8, 8, 1]}
    table["model"]["corruption"] = {"name": "gaussian_noise", "scale": 0.3, "smallest_scale": 0.1}
    table["optimizer"] = table.pop("optimizers")["generator"]
    corruption = built(table).corruption
    assert type(corruption) is GaussianNoise
    assert (corruption.scale, corruption.smallest_scale) == (0.3, 0.1)
    table["model"]["corruption"] = "maskin"
    with pytest.raises(RecipeError, match="there is no corruption 'maskin'; did you mean masking"):
        built(table)


def test_a_classifier_with_a_schedule(table):
    table["networks"] = {"encoder": {"name": "vgg.encoder", "width": 2}}
    table["model"] = {"name": "classifier", "feature_dim": 5, "num_classes": 3, "image_shape": [8, 8, 1]}
    schedule = {"name": "CosineDecay", "initial_learning_rate": 0.5, "decay_steps": 10}
    del table["optimizers"]
    table["optimizer"] = {"name": "adamw", "learning_rate": schedule}
    model = built(table)
    assert type(model) is Classifier
    assert (model.feature_dim, model.num_classes, model.image_shape) == (5, 3, (8, 8, 1))
    assert float(model.optimizer.learning_rate) == 0.5
    model.optimizer.iterations.assign(5)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.25)


def test_what_the_networks_have_to_be_told_is_asked_for(table):
    del table["model"]["latent_dim"]
    with pytest.raises(RecipeError, match=r"model\.latent_dim is None; it is a whole number, 1 or more"):
        built(table)


def test_the_prior_is_normal_if_the_recipe_says_nothing(table):
    assert isinstance(built(table).prior, Normal)


def test_techniques(table):
    table["model"]["techniques"] = [{"name": "replay", "size": 7}, "historical_averaging"]
    replay, averaging = built(table).techniques
    assert (type(replay), replay.size) == (Replay, 7)
    assert (type(averaging), averaging.weight) == (HistoricalAveraging, 1)
    assert built(make_recipe("x", table).overridden(["model.techniques=[]"]).table).techniques == []


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("model.name=gann", "recipe x: there is no model 'gann'; did you mean gan"),
        ("model.prior=norml", "recipe x: there is no prior 'norml'; did you mean normal or uniform?"),
        ("model.prior=[1]", "recipe x: there is no prior '[1]'; known are: gaussian_mixture, "),
        ("model.latent_dim=three", "recipe x: model.latent_dim is 'three'; it is a whole number, 1 or more"),
        ("model.depth=3", "recipe x, [model]: there is no argument 'depth'; known are: discriminator, discriminator_s"),
        ("model.latent_dimm=3", "recipe x, [model]: there is no argument 'latent_dimm'; did you mean latent_dim?"),
        ("model.discriminator_step=3", "recipe x, [model]: there is no argument 'discriminator_step'; did you mean di"),
        ("model.discriminator_steps=0", "recipe x, [model]: discriminator_steps is 0; it is 1 or more"),
        ("model.techniques=['reply']", "recipe x: there is no technique 'reply'; did you mean replay?"),
        ("model.techniques=[3]", "recipe x: there is no technique '3'; known are: adaptive_schedule, "),
        ("model.techniques={name='replay'}", "recipe x: model.techniques is {'name': 'replay'}; write each technique"),
        ("model.techniques=['replay']", "recipe x, [model.techniques]: Replay.__init__() missing 1 required pos"),
        ("model.techniques=[{name='replay', size=0}]", "recipe x, [model.techniques]: size is 0; the buffer holds"),
        ("model.techniques=[{name='replay', size='x'}]", "recipe x, [model.techniques]: size is 'x'; the buffer ho"),
        ("model.techniques=[{name='replay', size=2, n=1}]", "recipe x, [model.techniques]: there is no argument 'n'"),
        ("networks.generator.name=dcgan.generatr", "recipe x: there is no network 'dcgan.generatr'; did you mean dcg"),
        ("networks.generator.depth=3", "recipe x, [networks.generator]: there is no argument 'depth'; "),
        ("networks.encoder.name=mlp.encoder", "recipe x: gan takes the networks generator, discriminator, not gener"),
        ("model.image_shape=[9, 9, 1]", "recipe x, [networks.generator]: an image of 9x9 pixels cannot be halved"),
        ("optimizers.generator.name=adamm", "recipe x: generator_optimizer 'adamm' cannot be made: "),
        ("optimizers.generator.name=5", "recipe x: generator_optimizer '5' cannot be made: "),
        ("optimizers.generator.rate=1", "recipe x: generator_optimizer 'adam' cannot be made: "),
        ("optimizers.generator.learning_rate={name = 'Cosine'}", "recipe x: generator_optimizer 'adam' cannot be made"),
        ("optimizers.critic.name=adam", "recipe x, [compile]: "),
        ("compile.jit=true", "recipe x, [compile]: "),
    ],
)
def test_what_cannot_be_built_gets_one_sentence(table, assignment, sentence):
    recipe = make_recipe("x", table).overridden([assignment])
    with pytest.raises(RecipeError) as caught:
        built(recipe.table)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("nameless", ["networks.generator", "optimizers.generator"])
def test_a_table_without_a_name_gets_one_sentence(table, nameless):
    outer, inner = nameless.split(".")
    del table[outer][inner]["name"]
    with pytest.raises(RecipeError) as caught:
        built(table)
    assert "''" in str(caught.value)
