import numpy as np
import pytest
from PIL import Image

from tfgen.zoo import load


def nearest_grey(images):
    return np.floor((images.astype(np.float64) + 1) * 127.5 + 0.5).astype(np.uint8)


def test_grid(tfgen_command, zoo, tmp_path):
    code, out, _ = tfgen_command("generate", "gan_dots", "--n", 5, "--seed", 0, "--output", tmp_path / "new" / "g.png")
    assert (code, out) == (0, f"wrote 5 samples of gan_dots to {tmp_path}/new/g.png\n")
    # Three columns and two rows of 6x5, two pixels between and around: PIL says width, then height.
    assert Image.open(tmp_path / "new" / "g.png").size == (3 * 7 + 2, 2 * 8 + 2)


def test_array_is_what_python_draws(tfgen_command, zoo, tmp_path):
    arguments = ("--n", 5, "--seed", 3, "--batch-size", 2, "--output", tmp_path / "s.npz")
    assert tfgen_command("generate", "vae_dots", *arguments)[0] == 0
    with np.load(tmp_path / "s.npz") as file:
        assert (file["images"].shape, file["images"].dtype) == ((5, 6, 5, 1), np.uint8)
        np.testing.assert_array_equal(file["images"], nearest_grey(load("vae_dots").sample(5, seed=3)))


def test_folder_of_a_run(tfgen_command, runs, tmp_path):
    assert tfgen_command("generate", runs["gan"], "--n", 3, "--seed", 3, "--output", tmp_path / "samples")[0] == 0
    paths = sorted((tmp_path / "samples").iterdir())
    assert [path.name for path in paths] == ["00000.png", "00001.png", "00002.png"]
    expected = nearest_grey(load(str(runs["gan"])).sample(3, seed=3))
    np.testing.assert_array_equal([np.asarray(Image.open(path)) for path in paths], expected[..., 0])


def test_seeds(tfgen_command, zoo, tmp_path):
    content = {}
    for name, seed in (("a", ["--seed", 1]), ("b", ["--seed", 1]), ("c", ["--seed", 2]), ("d", []), ("e", [])):
        tfgen_command("generate", "gan_dots", *seed, "--output", tmp_path / f"{name}.png")
        content[name] = (tmp_path / f"{name}.png").read_bytes()
    assert content["a"] == content["b"]
    assert len(set(content.values())) == 4


def test_defaults(tfgen_command, zoo, tmp_path):
    assert tfgen_command("generate", "gan_dots")[0] == 0
    assert Image.open(tmp_path / "cwd" / "grid.png").size == (8 * 7 + 2, 8 * 8 + 2)


@pytest.mark.parametrize("command", ["generate", "reconstruct"])
@pytest.mark.parametrize(
    ("output", "said"), [("out.jpg", "out.jpg cannot be written"), ("full", "full is there already and not an empty")]
)
def test_wrong_output_is_refused_before_any_work(tfgen_command, zoo, tmp_path, monkeypatch, command, output, said):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "precious.txt").write_text("keep")
    monkeypatch.setattr("tfgen.zoo.load", lambda *_: pytest.fail("loaded the model first"))
    code, out, err = tfgen_command(command, "vae_dots", "--output", tmp_path / output)
    assert (code, out) == (2, "")
    assert said in err.splitlines()[-1]
    assert (tmp_path / "full" / "precious.txt").read_text() == "keep"
