import numpy as np
import pytest
from tiny_zoo import write_finished_run

from tfgen.benchmarks.autoencoders import denoising
from tfgen.benchmarks.autoencoders.denoising import table
from tfgen.data import ImageSet
from tfgen.data.pictures import from_uint8
from tfgen.tasks.denoising import Denoised


def test_a_row_for_each_way_and_a_column_for_each_level():
    def rows(ratio):
        return [
            Denoised("noisy", None, ratio, 0.25),
            Denoised("model", None, ratio + 5, 0.8125),
            Denoised("median", None, ratio + 1, 0.5, "size 3"),
        ]

    assert table("dae", {0.1: rows(20.0), 0.25: rows(12.125)}) == [
        "| PSNR, dB / SSIM | noise 0.1 | noise 0.25 |",
        "|---|---|---|",
        "| noisy | 20.00 / 0.250 | 12.12 / 0.250 |",
        "| dae | 25.00 / 0.812 | 17.12 / 0.812 |",
        "| median | 21.00 / 0.500 | 13.12 / 0.500 |",
        "",
        "- noise 0.1: median: size 3",
        "- noise 0.25: median: size 3",
    ]


def test_measured_on_test_images_and_tuned_on_training_ones(monkeypatch, tmp_path, capsys):
    run = write_finished_run(tmp_path / "tiny", "autoencoder", image_shape=(12, 12, 1))
    sets = {split: np.full((5, 12, 12, 1), shade, np.uint8) for split, shade in (("test", 100), ("train", 160))}
    seen = []

    def load_images(name, split, *, image_size, data_dir):
        seen.append((name, split, image_size))
        return ImageSet(sets[split])

    def compare(denoised, measured, tuning, noise):
        np.testing.assert_array_equal(measured.clean, from_uint8(sets["test"][:3]))
        np.testing.assert_array_equal(tuning.clean, from_uint8(sets["train"]))
        assert denoised.shape == measured.clean.shape
        assert measured.noisy.std() == pytest.approx(noise, rel=0.15)
        # The images are flat, so that any likeness would be of the noise.
        assert abs(np.corrcoef(measured.noisy.ravel(), tuning.noisy[:3].ravel())[0, 1]) < 0.2
        return [Denoised("noisy", measured.noisy, 20.0, None), Denoised("model", denoised, 25.0, None)]

    monkeypatch.setattr(denoising, "load_images", load_images)
    monkeypatch.setattr(denoising, "compare_denoisers", compare)
    monkeypatch.setattr("sys.argv", ["denoising", str(run), "--noise", "0.1", "0.2", "--count", "3"])
    denoising.main()
    assert seen == [("fashion_mnist", "test", 12), ("fashion_mnist", "train", 12)]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "| PSNR, dB / SSIM | noise 0.1 | noise 0.2 |"
    assert lines[3] == f"| {run} | 25.00 | 25.00 |"
