from tfgen.benchmarks.autoencoders.denoising import table
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
