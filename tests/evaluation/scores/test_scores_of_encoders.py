import numpy as np
import pytest

from tfgen.data.pictures import from_uint8
from tfgen.errors import TfgenError


def test_reconstruction(score, make_source, vae):
    from skimage.metrics import peak_signal_noise_ratio

    images = from_uint8(make_source().images.images)
    reconstructions = np.asarray(vae.reconstruct(images))
    found = score("reconstruction", vae)
    assert found["MSE on [-1, 1]"].value == pytest.approx(np.square(images - reconstructions).mean(), rel=1e-5)
    psnr = [peak_signal_noise_ratio(*pair, data_range=2) for pair in zip(images, reconstructions, strict=True)]
    assert found["PSNR"].value == pytest.approx(np.mean(psnr), rel=1e-5)
    assert found["PSNR"].standard_error == pytest.approx(np.std(psnr, ddof=1) / np.sqrt(40), rel=1e-4)
    assert -1 < found["SSIM"].value < 1


def test_log_likelihood(score, vae, make_source):
    found = score("log_likelihood", vae, samples=400)
    elbo = found["ELBO (Bernoulli)"]
    # The model's own estimate draws one sample an image.
    vae.compile("adam")
    own = vae.evaluate(from_uint8(make_source().images.images), verbose=0, return_dict=True)["elbo"]
    assert elbo.value == pytest.approx(own, rel=0.01)
    assert found["log-likelihood (Bernoulli, k=400)"].value >= elbo.value
    assert elbo.settings == {"samples": 400}


def test_anomalies(score, vae, make_source):
    # Half of what is called abnormal is normal: a detector that sees the other half perfectly gets 3/4.
    reference = make_source()
    dark = np.zeros((40, 12, 12, 1), np.uint8)
    abnormal = make_source(images=np.concatenate([reference.images.images, dark]), labels=False)
    images = [from_uint8(images) for images in (reference.images.images, dark)]
    normal_scores, dark_scores = (np.asarray(vae.anomaly_score(part)) for part in images)
    wins = (dark_scores[:, None] > normal_scores).mean() / 2 + 0.25
    found = score("anomalies", vae, reference, others=lambda name: abnormal, abnormal="dark")
    assert found["AUROC"].value == pytest.approx(wins, abs=1e-6)
    assert 0 < found["average precision"].value <= 1


def test_abnormal_images_of_another_shape(score, vae, make_source):
    other = make_source(images=np.zeros((3, 8, 8, 1), np.uint8))
    with pytest.raises(TfgenError, match=r"noise:test have shape \(8, 8, 1\); model takes \(12, 12, 1\)"):
        score("anomalies", vae, others=lambda name: other, abnormal="dark")


@pytest.mark.parametrize(("metric", "needed"), [("reconstruction", "reconstruct"), ("log_likelihood", "likelihood")])
def test_a_gan_has_no_encoder(score, gan, metric, needed):
    with pytest.raises(TfgenError, match=f"asks a model with `{needed}`, and model is not one"):
        score(metric, gan)
