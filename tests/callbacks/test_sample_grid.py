"""Sample grids as PNG files and in TensorBoard, read back with PIL and TensorBoard's own reader."""

import keras
import numpy as np
import pytest
from PIL import Image

from tfgen.callbacks.averaging import averaged_weights
from tfgen.callbacks.sample_grid import SampleGrid
from tfgen.callbacks.scalars import Scalars

SIDE = 4
PADDING = 2


def events(folder):
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    accumulator = reader.EventAccumulator(str(folder), size_guidance={reader.TENSORS: 0})
    accumulator.Reload()
    return accumulator


def test_pictures_and_events(make_gan, fit, tmp_path):
    model = make_gan(generator_optimizer=keras.optimizers.Adam(0.01, use_ema=True, ema_momentum=0.5))
    expected = []

    def remember(*_):
        with averaged_weights(model):
            expected.append(model.sample(9, seed=5))

    callbacks = [
        SampleGrid(tmp_path, tmp_path / "tensorboard", n=9, seed=5),
        keras.callbacks.LambdaCallback(on_epoch_end=remember),
        Scalars(tmp_path / "tensorboard" / "train"),
    ]
    fit(model, epochs=2, callbacks=callbacks)
    paths = sorted((tmp_path / "samples").iterdir())
    assert [path.name for path in paths] == ["step_000003.png", "step_000006.png"]
    step = SIDE + PADDING
    for path, images in zip(paths, expected, strict=True):
        pixels = np.asarray(Image.open(path))
        assert pixels.shape == (3 * step + PADDING, 3 * step + PADDING)
        corner = pixels[PADDING : PADDING + SIDE, PADDING + step : PADDING + step + SIDE]
        np.testing.assert_allclose(corner, (images[1, ..., 0] + 1) * 127.5, atol=0.51)

    drawn = events(tmp_path / "tensorboard")
    assert [event.step for event in drawn.Tensors("samples")] == [3, 6]
    width, height, png = drawn.Tensors("samples")[-1].tensor_proto.string_val
    assert (int(width), int(height)) == (3 * step + PADDING, 3 * step + PADDING)
    assert png.startswith(b"\x89PNG")
    scalars = events(tmp_path / "tensorboard" / "train")
    assert set(model.log_names) == set(scalars.Tags()["tensors"])
    assert [event.step for event in scalars.Tensors("generator_loss")] == [3, 6]


def test_autoencoders_show_reconstructions(make_autoencoder, fit, images, tmp_path):
    model = make_autoencoder()
    fit(model, callbacks=[SampleGrid(tmp_path, tmp_path / "tensorboard", n=4, images=images[:3])])
    assert (tmp_path / "samples" / "step_000003.png").is_file()
    pixels = np.asarray(Image.open(tmp_path / "reconstructions" / "step_000003.png")).astype(float)
    # The first image stands above its reconstruction.
    first = pixels[PADDING : PADDING + SIDE, PADDING : PADDING + SIDE]
    below = pixels[2 * PADDING + SIDE : 2 * PADDING + 2 * SIDE, PADDING : PADDING + SIDE]
    np.testing.assert_allclose(first, (images[0, ..., 0] + 1) * 127.5, atol=0.51)
    np.testing.assert_allclose(below, (np.asarray(model.reconstruct(images[:1]))[0, ..., 0] + 1) * 127.5, atol=0.51)
