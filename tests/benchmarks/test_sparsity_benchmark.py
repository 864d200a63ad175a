import keras
import numpy as np
import pytest
from tiny_networks import IMAGE_SHAPE
from tiny_zoo import write_finished_run

from tfgen.benchmarks.autoencoders import sparsity
from tfgen.data import ImageSet
from tfgen.errors import TfgenError
from tfgen.models import SparseAutoencoder
from tfgen.networks import mlp

IMAGES = ImageSet(np.random.default_rng(0).integers(0, 256, (40, *IMAGE_SHAPE), np.uint8))


def test_the_penalty_makes_zeros_and_costs_error():
    test = IMAGES.images[:20] / np.float32(127.5) - 1
    rows = sparsity.train_l1(IMAGES, test, (0.0, 1.0), units=6, steps=60)
    assert [row.weight for row in rows] == [0.0, 1.0]
    assert rows[1].zeros > rows[0].zeros
    assert 0 < rows[0].error < 1


def test_activations_of_the_checkpoints_own_test_images(monkeypatch, tmp_path, capsys):
    run = write_finished_run(tmp_path / "tiny", "autoencoder", image_shape=IMAGE_SHAPE)
    keras.utils.set_random_seed(0)
    model = SparseAutoencoder(
        mlp.encoder(IMAGE_SHAPE, 4, hidden_dims=()), mlp.decoder(IMAGE_SHAPE, 4, hidden_dims=()), target_rate=0.1
    )
    read = []

    def load_images(name, split, *, image_size, data_dir):
        read.append((name, split, image_size))
        return IMAGES

    monkeypatch.setattr(sparsity, "load", lambda name: model)
    monkeypatch.setattr(sparsity, "load_images", load_images)
    monkeypatch.setattr(sparsity, "WEIGHTS", (0.0,))
    monkeypatch.setattr("sys.argv", ["sparsity", str(run), "--steps", "1"])
    sparsity.main()
    assert read == [("fashion_mnist", "train", 8), ("fashion_mnist", "test", 8)]
    activations = np.asarray(model.encode(IMAGES.images / np.float32(127.5) - 1))
    out = capsys.readouterr().out
    assert f"on the 40 test images: mean activation {activations.mean():.4f}, target 0.1; of its 4 units" in out
    assert out.splitlines()[-1].startswith("| 0 | ")


def test_a_model_without_a_target_rate(monkeypatch, tmp_path):
    run = write_finished_run(tmp_path / "tiny", "autoencoder")
    monkeypatch.setattr("sys.argv", ["sparsity", str(run)])
    with pytest.raises(TfgenError, match="have no target rate, it is of the class Autoencoder"):
        sparsity.main()
