"""Pushed checkpoints: whole, verified, and loaded again from a folder or from a web server that serves it."""

import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler

import numpy as np
import pytest
from weights_server import serving

from tfgen.errors import CheckpointError, TfgenError
from tfgen.paths import tfgen_home
from tfgen.zoo import load
from tfgen.zoo.pushing import push

FILES = ["README.md", "card.json", "model.weights.h5", "recipe.toml", "samples.png"]


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


pytestmark = pytest.mark.usefixtures("no_other_sources")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def test_to_a_folder_and_back_through_a_web_server(zoo, tmp_path, monkeypatch):
    expected = load("gan_dots").sample(2, seed=0)
    (zoo / "gan_dots" / "pictures").mkdir()
    (zoo / "gan_dots" / "pictures" / "extra.svg").write_text("<svg/>")
    (zoo / "gan_dots" / ".partial-of-another").write_text("")
    site = tmp_path / "site"
    pushed = push("gan_dots", str(site))
    assert contents(site / "gan_dots") == {
        file: content for file, content in contents(zoo / "gan_dots").items() if not file.startswith(".")
    }
    assert pushed.files == {file: len(content) for file, content in contents(site / "gan_dots").items()}
    assert (pushed.place, pushed.mirror, pushed.url) == (str(site / "gan_dots"), str(site), None)
    assert [path.name for path in site.iterdir()] == ["gan_dots"]

    (zoo / "gan_dots" / "model.weights.h5").unlink()
    with serving(partial(Quiet, directory=site)) as url:
        monkeypatch.setenv("TFGEN_ZOO_URL", url)
        np.testing.assert_array_equal(load("gan_dots").sample(2, seed=0), expected)
    # Without the server, from the cache; without the cache, from the folder.
    np.testing.assert_array_equal(load("gan_dots").sample(2, seed=0), expected)
    shutil.rmtree(tfgen_home())
    monkeypatch.setenv("TFGEN_ZOO_URL", pushed.mirror)
    np.testing.assert_array_equal(load("gan_dots").sample(2, seed=0), expected)
    # What is pushed is a folder that loads by its path.
    np.testing.assert_array_equal(load(pushed.place).sample(2, seed=0), expected)


def test_weights_that_are_elsewhere_are_pushed_too(zoo, tmp_path, monkeypatch):
    weights = (zoo / "gan_dots" / "model.weights.h5").read_bytes()
    monkeypatch.setenv("TFGEN_ZOO_URL", push("gan_dots", str(tmp_path / "one")).mirror)
    (zoo / "gan_dots" / "model.weights.h5").unlink()
    push("gan_dots", str(tmp_path / "two"))
    assert (tmp_path / "two" / "gan_dots" / "model.weights.h5").read_bytes() == weights


def test_replaces_an_older_push_whole(zoo, tmp_path):
    push("gan_dots", str(tmp_path / "site"))
    (tmp_path / "site" / "gan_dots" / "reconstructions.png").write_text("")
    push("gan_dots", str(tmp_path / "site"))
    assert sorted(contents(tmp_path / "site")) == [f"gan_dots/{file}" for file in FILES]


@pytest.mark.parametrize("own", [".git", "thesis.tex", "runs/a.npz"])
def test_what_is_somebodys_own_in_the_folder_is_not_lost(zoo, tmp_path, own):
    push("gan_dots", str(tmp_path / "site"))
    (tmp_path / "site" / "gan_dots" / own).mkdir(parents=True)
    first = own.partition("/")[0].replace(".", r"\.")
    with pytest.raises(
        TfgenError, match=rf"site/gan_dots holds {first}, which would be lost; move it or push elsewhere"
    ):
        push("gan_dots", str(tmp_path / "site"))
    assert (tmp_path / "site" / "gan_dots" / own).is_dir()


def test_a_link_to_a_folder_is_followed(zoo, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "real")
    push("gan_dots", str(tmp_path / "site"))
    assert (tmp_path / "site").is_symlink()
    assert sorted(contents(tmp_path / "real")) == [f"gan_dots/{file}" for file in FILES]


def test_a_linked_checkpoint_is_replaced_where_it_is(zoo, tmp_path):
    shutil.copytree(zoo / "vae_dots", tmp_path / "real")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "gan_dots").symlink_to(tmp_path / "real")
    assert push("gan_dots", str(tmp_path / "site")).mirror == str(tmp_path / "site")
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["gan_dots"]
    assert (tmp_path / "site" / "gan_dots").is_symlink()
    assert sorted(contents(tmp_path / "real")) == FILES
    assert (tmp_path / "real" / "card.json").read_bytes() == (zoo / "gan_dots" / "card.json").read_bytes()


def test_a_home_that_nobody_has(zoo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert push("gan_dots", "~nobody_of_this_name/zoo", dry_run=True).place.startswith(str(tmp_path))


def test_the_source_inside_the_target_is_not_lost(zoo, tmp_path):
    target = tmp_path / "site" / "gan_dots"
    shutil.copytree(zoo / "gan_dots", target)
    shutil.copytree(zoo / "gan_dots", target / "inner")
    with pytest.raises(TfgenError, match=r"is where .* comes from; push it to another folder"):
        push(str(target / "inner"), str(tmp_path / "site"))
    assert (target / "inner" / "card.json").is_file()


def test_dry_run(zoo, tmp_path):
    pushed = push("gan_dots", str(tmp_path / "site"), dry_run=True)
    assert sorted(pushed.files) == FILES
    assert not (tmp_path / "site").exists()
    # Neither library nor token is asked for.
    pushed = push("gan_dots", "hf://me/dots", dry_run=True)
    assert sorted(pushed.files) == FILES


def test_damaged_weights_are_not_pushed(zoo, tmp_path):
    path = zoo / "gan_dots" / "model.weights.h5"
    path.write_bytes(path.read_bytes()[::-1])
    with pytest.raises(CheckpointError, match="its sha256 differs"):
        push("gan_dots", str(tmp_path / "site"))
    assert not (tmp_path / "site").exists()


def test_refusals(zoo, tmp_path):
    with pytest.raises(CheckpointError, match="no published weights yet"):
        push("gan_untrained", str(tmp_path))
    for destination in ("https://example.org/zoo", "s3://bucket", "hf://me"):
        with pytest.raises(ValueError, match=r"cannot be pushed to; write a folder or hf://user/repository\[/path\]"):
            push("gan_dots", destination)
    with pytest.raises(TfgenError, match="is where gan_dots comes from"):
        push("gan_dots", str(zoo))
    (tmp_path / "mine" / "gan_dots").mkdir(parents=True)
    (tmp_path / "mine" / "gan_dots" / "thesis.tex").write_text("")
    with pytest.raises(TfgenError, match="holds no checkpoint, so it is not replaced"):
        push("gan_dots", str(tmp_path / "mine"))
    assert sorted(contents(tmp_path / "mine")) == ["gan_dots/thesis.tex"]
    with pytest.raises(TfgenError, match=r"thesis.tex/gan_dots cannot be written \(File exists\); push to a"):
        push("gan_dots", str(tmp_path / "mine" / "gan_dots" / "thesis.tex"))
