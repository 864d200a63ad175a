import numpy as np

from tfgen.benchmarks.lectures.curves import REPORT_EVERY, ROWS, SETTINGS, train


def test_a_training_gives_every_curve_and_samples():
    history, samples = train(SETTINGS[-1], 2 * REPORT_EVERY)
    for logs in ROWS.values():
        for log in logs:
            assert len(history[log]) == 2
            assert np.isfinite(history[log]).all()
    assert samples.shape == (2500, 2)
    assert np.abs(samples).max() <= 1
