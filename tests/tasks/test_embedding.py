import numpy as np
import pytest
from pyarrow import parquet
from tiny_networks import IMAGE_SHAPE, decoder, encoder, generator

from tfgen.data.image_set import ImageSet
from tfgen.data.pictures import from_uint8
from tfgen.errors import TfgenError
from tfgen.models import CVAE, GAN, VQVAE, Autoencoder, Classifier
from tfgen.networks import conditional, mlp, pixel_cnn, vq_vae
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


def test_maps_are_flattened():
    model = VQVAE(
        vq_vae.encoder(IMAGE_SHAPE, 4, width=6, residual_blocks=1),
        vq_vae.decoder(IMAGE_SHAPE, 4, width=6, residual_blocks=1),
        pixel_cnn.prior(5, width=6, blocks=1),
    )
    found = embed(model, IMAGES, batch_size=2)
    np.testing.assert_array_equal(found, np.reshape(model.encode(from_uint8(PIXELS)), (7, -1)))
    assert found.dtype == np.float32


def test_labels_are_given_to_a_model_that_needs_them():
    base = {"name": "mlp.encoder", "hidden_dims": [4]}, {"name": "mlp.decoder", "hidden_dims": [4]}
    model = CVAE(
        conditional.encoder(IMAGE_SHAPE, 4, 3, base=base[0]),
        conditional.decoder(IMAGE_SHAPE, 2, 3, base=base[1]),
        num_classes=3,
    )
    found = embed(model, IMAGES, batch_size=3)
    np.testing.assert_allclose(found, model.encode(from_uint8(PIXELS), LABELS), rtol=1e-5)
    assert np.abs(found - model.encode(from_uint8(PIXELS), LABELS * 0)).max() > 1e-3
    with pytest.raises(ValueError, match="this CVAE needs labels for encode, and was given none"):
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
    write_features(tmp_path / "codes.npy", -FEATURES, IMAGES)
    np.testing.assert_array_equal(np.load(tmp_path / "codes.npy"), -FEATURES)


def test_labels_of_others_stay(tmp_path):
    write_features(tmp_path / "codes.npy", FEATURES, IMAGES)
    with pytest.raises(ValueError, match=r"would be taken for the labels of .*codes\.npy, whose images have none"):
        write_features(tmp_path / "codes.npy", -FEATURES, UNLABELLED)
    (tmp_path / "codes.npy").unlink()
    with pytest.raises(ValueError, match=r"codes\.labels\.npy is there already, and not by features .*codes\.npy"):
        check_features_path(tmp_path / "codes.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "codes.labels.npy"), LABELS)


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
def test_failed_writing_leaves_nothing(tmp_path, name, monkeypatch):
    def fail(*_, **__):
        raise OSError("no space left")

    # The last thing that is written.
    save = np.save
    monkeypatch.setattr("numpy.save", lambda file, array, **options: (fail if array is LABELS else save)(file, array))
    monkeypatch.setattr("pyarrow.parquet.write_table", fail)
    with pytest.raises(OSError, match="no space left"):
        write_features(tmp_path / name, FEATURES, IMAGES)
    assert not list(tmp_path.iterdir())
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
