import keras
import numpy as np
import pytest

from tfgen.networks import conditional

SHAPE, NUM_CLASSES = (16, 16, 1), 3
GENERATOR = {"name": "dcgan.generator", "width": 2}
DISCRIMINATOR = {"name": "dcgan.discriminator", "width": 2}
RNG = np.random.default_rng(0)


def test_the_generator_sees_the_embedding_beside_the_noise():
    model = conditional.generator(SHAPE, 5, NUM_CLASSES, base=GENERATOR, embedding_dim=4)
    base = model.get_layer("generator")
    noise, labels = RNG.normal(size=(4, 5)).astype("float32"), np.array([0, 2, 1, 2], "int32")
    embedding = model.get_layer("embedding").embeddings.numpy()
    assert base.input_shape == (None, 9)
    np.testing.assert_allclose(
        model([noise, labels]), base(np.concatenate([noise, embedding[labels]], axis=1)), atol=1e-6
    )


def test_embeddings_begin_like_noise():
    model = conditional.generator((4, 4, 1), 5, 50, base={"name": "mlp.generator"}, embedding_dim=100)
    embedding = model.get_layer("embedding").embeddings.numpy()
    assert embedding.mean() == pytest.approx(0, abs=0.05)
    assert embedding.std() == pytest.approx(1, abs=0.05)


def test_the_discriminator_sees_a_channel_for_each_class():
    model = conditional.discriminator(SHAPE, NUM_CLASSES, base=DISCRIMINATOR)
    trunk, logits = model.get_layer("features"), model.get_layer("logits")
    images, labels = RNG.uniform(-1, 1, (4, *SHAPE)).astype("float32"), np.array([0, 2, 1, 2], "int32")
    maps = np.broadcast_to(np.eye(NUM_CLASSES, dtype="float32")[labels][:, None, None], (4, 16, 16, NUM_CLASSES))
    np.testing.assert_allclose(
        model([images, labels]), logits(trunk(np.concatenate([images, maps], axis=-1))), atol=1e-6
    )
    assert model.count_params() == keras.Sequential([trunk, logits]).count_params()


def test_the_decoder_sees_the_embedding_beside_the_code():
    base = {"name": "convolutional.decoder", "width": 2, "output_activation": "linear"}
    model = conditional.decoder(SHAPE, 5, NUM_CLASSES, base=base, embedding_dim=4)
    codes, labels = RNG.normal(size=(4, 5)).astype("float32"), np.array([0, 2, 1, 2], "int32")
    embedding = model.get_layer("embedding").embeddings.numpy()
    beside = np.concatenate([codes, embedding[labels]], axis=1)
    np.testing.assert_allclose(model([codes, labels]), model.get_layer("decoder")(beside), atol=1e-6)
    assert [each.name for each in model.inputs] == ["codes", "labels"]


def test_the_encoder_sees_a_channel_for_each_class():
    model = conditional.encoder(SHAPE, 6, NUM_CLASSES, base={"name": "convolutional.encoder", "width": 2})
    images, labels = RNG.uniform(-1, 1, (4, *SHAPE)).astype("float32"), np.array([0, 2, 1, 2], "int32")
    maps = np.broadcast_to(np.eye(NUM_CLASSES, dtype="float32")[labels][:, None, None], (4, 16, 16, NUM_CLASSES))
    labelled = np.concatenate([images, maps], axis=-1)
    np.testing.assert_allclose(model([images, labels]), model.get_layer("encoder")(labelled), atol=1e-6)
    assert model.output_shape == (None, 6)


@pytest.mark.parametrize(
    "base", ["mlp.discriminator", "resnet.discriminator", "minibatch_discrimination.discriminator"]
)
def test_labels_matter(base):
    table = {"name": base, "base": DISCRIMINATOR} if base.startswith("minibatch") else {"name": base}
    model = conditional.discriminator(SHAPE, NUM_CLASSES, base=table)
    images = np.repeat(RNG.uniform(-1, 1, (1, *SHAPE)), 3, axis=0).astype("float32")
    outputs = model([images, np.arange(3, dtype="int32")]).numpy()
    assert len(np.unique(np.round(outputs, 5))) == 3


def test_points_in_the_plane():
    points = RNG.uniform(-1, 1, (4, 1, 1, 2)).astype("float32")
    labels = np.array([0, 2, 1, 2], "int32")
    model = conditional.discriminator((1, 1, 2), NUM_CLASSES, base={"name": "mlp.discriminator"})
    assert model([points, labels]).shape == (4, 1)
    model = conditional.generator((1, 1, 2), 2, NUM_CLASSES, base={"name": "mlp.generator"})
    assert model([points[:, 0, 0], labels]).shape == (4, 1, 1, 2)


def test_a_base_of_another_kind_is_refused():
    with pytest.raises(ValueError, match=r"dcgan.generator cannot be built"):
        conditional.discriminator(SHAPE, NUM_CLASSES, base=GENERATOR)
    with pytest.raises(ValueError, match=r"base resnet.generator is not a generator from noise alone"):
        conditional.generator(SHAPE, 5, NUM_CLASSES, base={"name": "resnet.generator", "num_classes": 3, "width": 2})
    with pytest.raises(ValueError, match=r"base mlp.generator cannot be built"):
        conditional.encoder(SHAPE, 5, NUM_CLASSES, base={"name": "mlp.generator"})
    with pytest.raises(ValueError, match=r"base dcgan.generator cannot be built"):
        conditional.decoder(SHAPE, 5, NUM_CLASSES, base={**GENERATOR, "output_activation": "linear"})
    with pytest.raises(ValueError, match=r"base resnet.generator is not a decoder of codes alone; name one, such as"):
        conditional.decoder(SHAPE, 5, NUM_CLASSES, base={"name": "resnet.generator", "num_classes": 3, "width": 2})
