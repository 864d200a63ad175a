import numpy as np
import pytest
from pyarrow import parquet
from tiny_networks import IMAGE_SHAPE, decoder, encoder, generator

from tfgen.data.image_set import ImageSet
from tfgen.data.pictures import from_uint8
from tfgen.errors import TfgenError
from tfgen.models import GAN, Autoencoder, Classifier
from tfgen.networks import mlp
from tfgen.tasks.embedding import check_features_path, embed, write_features

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (7, *IMAGE_SHAPE), np.uint8)
LABELS = np.array([0, 2, 1, 2, 0, 0, 2])
IMAGES = ImageSet(PIXELS, LABELS, ("left", "middle", "right"), "squares")
UNLABELLED = ImageSet(PIXELS, origin="squares")
FEATURES = RNG.normal(size=(7, 3)).astype(np.float32)


def test_features_are_the_codes():
    model = Autoencoder(encoder(), decoder())
    found = embed(model, IMAGES, batch_size=3)
    assert (found.shape, found.dtype) == ((7, 3), np.float32)
    np.testing.assert_allclose(found, model.encode(from_uint8(PIXELS)), rtol=1e-5)


def test_features_are_those_of_a_classifier():
    model = Classifier(encoder(), 2)
    np.testing.assert_allclose(embed(model, UNLABELLED), model.features(from_uint8(PIXELS)), rtol=1e-5)


class Mapped(Autoencoder):
    """Codes as maps, of which the labels are a part."""

    def serving_signatures(self):
        from tfgen import backend
        from tfgen.models.image_model import Signature

        labels = backend.TensorSpec((None,), "int32", name="labels")
        signatures = super().serving_signatures()
        return {**signatures, "encode": Signature(self.labelled_map, (*signatures["encode"].inputs, labels), "codes")}

    def labelled_map(self, images, labels):
        from keras import ops

        codes = ops.reshape(self.encode(images), (-1, 1, 3, 1))
        return ops.concatenate([codes, ops.broadcast_to(ops.reshape(labels, (-1, 1, 1, 1)), ops.shape(codes))], axis=-1)


def test_maps_are_flattened_and_labels_given():
    model = Mapped(encoder(), decoder())
    found = embed(model, IMAGES, batch_size=2)
    np.testing.assert_allclose(found[:, ::2], model.encode(from_uint8(PIXELS)), rtol=1e-5)
    np.testing.assert_array_equal(found[:, 1::2], LABELS[:, None].repeat(3, axis=1))
    with pytest.raises(ValueError, match="encodes images of known classes, and squares has none"):
        embed(model, UNLABELLED)


def test_what_cannot_be_embedded():
    with pytest.raises(ValueError, match="a GAN computes no features; autoencoders, VAEs and classifiers do"):
        embed(GAN(generator(), mlp.discriminator(IMAGE_SHAPE, hidden_dims=())), IMAGES)
    model = Autoencoder(encoder(), decoder())
    model.encoder.set_weights([np.full_like(weight, np.nan) for weight in model.encoder.get_weights()])
    with pytest.raises(TfgenError, match="features of squares have values that are not finite"):
        embed(model, IMAGES)


def test_arrays_with_labels_beside_them(tmp_path):
    write_features(tmp_path / "codes.npy", FEATURES, IMAGES)
    np.testing.assert_array_equal(np.load(tmp_path / "codes.npy"), FEATURES)
    np.testing.assert_array_equal(np.load(tmp_path / "codes.labels.npy"), LABELS)
    # Labels of former features would be taken for those of the new ones.
    write_features(tmp_path / "codes.npy", -FEATURES, UNLABELLED)
    assert [path.name for path in tmp_path.iterdir()] == ["codes.npy"]
    np.testing.assert_array_equal(np.load(tmp_path / "codes.npy"), -FEATURES)


def test_folder(tmp_path):
    write_features(tmp_path / "codes", FEATURES, IMAGES)
    np.testing.assert_array_equal(np.load(tmp_path / "codes" / "features.npy"), FEATURES)
    np.testing.assert_array_equal(np.load(tmp_path / "codes" / "labels.npy"), LABELS)
    assert (tmp_path / "codes" / "class_names.txt").read_text() == "left\nmiddle\nright\n"
    write_features(tmp_path / "bare", FEATURES, UNLABELLED)
    assert [path.name for path in (tmp_path / "bare").iterdir()] == ["features.npy"]


def test_table(tmp_path):
    write_features(tmp_path / "codes.parquet", FEATURES, IMAGES)
    table = parquet.read_table(tmp_path / "codes.parquet")
    assert table.column_names == ["index", "label", "class_name", "feature_0", "feature_1", "feature_2"]
    columns = table.to_pydict()
    assert columns["index"] == list(range(7))
    assert columns["label"] == LABELS.tolist()
    assert columns["class_name"][:3] == ["left", "right", "middle"]
    np.testing.assert_array_equal(np.stack([columns[f"feature_{place}"] for place in range(3)], axis=1), FEATURES)
    assert table.schema.field("feature_0").type == "float"
    write_features(tmp_path / "bare.parquet", FEATURES, UNLABELLED)
    assert parquet.read_table(tmp_path / "bare.parquet").column_names[:2] == ["index", "feature_0"]


@pytest.mark.parametrize("name", ["codes.npy", "codes.parquet", "codes"])
def test_failed_writing_leaves_nothing(tmp_path, name):
    with pytest.raises(ValueError, match=r"features have shape \(3, 3\); those of 7 images are \(n, features\)"):
        write_features(tmp_path / name, FEATURES[:3], IMAGES)
    assert not list(tmp_path.iterdir())


def test_paths(tmp_path, monkeypatch):
    (tmp_path / "full.npy").mkdir()
    (tmp_path / "full" / "of").mkdir(parents=True)
    for name, sentence in {
        "codes.csv": "features go to a .npy, a .parquet, or a folder",
        "full": "is there already and not an empty folder",
        "full.npy": "is a folder; name a file",
    }.items():
        with pytest.raises(ValueError, match=sentence):
            check_features_path(tmp_path / name)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(TfgenError, match=r"a .parquet needs pyarrow: pip install 'tfgen\[parquet\]'"):
        check_features_path(tmp_path / "codes.parquet")
