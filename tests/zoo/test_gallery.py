"""The gallery as files: whole, of the site alone, the same each time, and never in place of something else."""

import itertools
import json
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from PIL import Image
from tiny_zoo import change_card

from tfgen.errors import TfgenError
from tfgen.zoo import load
from tfgen.zoo.gallery import site, walks, write_gallery

NAMES = ["autoencoder_dots", "dots_classifier", "gan_dots", "vae_dots", "gan_untrained"]
HOSTILE = '<script>alert("1")</script><img src="x" onerror="alert(2)">&amp;'


class Page(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, path):
        super().__init__()
        self.path, self.elements, self.text = path, [], ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag, **attributes):
        return [has for kind, has in self.elements if kind == tag and attributes.items() <= has.items()]


def pages(folder):
    return [Page(path) for path in sorted(folder.rglob("*.html"))]


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def gallery(zoo, tmp_path):
    write_gallery(tmp_path / "site", animations=False)
    return tmp_path / "site"


def test_every_link_leads_to_a_file_of_the_site(zoo, tmp_path):
    folder = tmp_path / "site"
    write_gallery(folder)
    found = set()
    for page in pages(folder):
        for _, attributes in page.elements:
            for key in {"href", "src", "srcset", "data-moving", "data-still"} & attributes.keys():
                if attributes[key] == "data:,":
                    continue
                link = urlsplit(attributes[key])
                assert (link.scheme, link.netloc) == ("", "")
                target = (page.path.parent / unquote(link.path)).resolve()
                assert target.is_file(), attributes[key]
                assert target.is_relative_to(folder.resolve())
                found.add(target)
    # And every file is one that a page asks for.
    assert found == {path.resolve() for path in folder.rglob("*") if path.is_file()}
    for file in ("style.css", "index.js", "checkpoint.js"):
        text = (folder / file).read_text()
        assert "http" not in text
        assert "url(" not in text
        assert "fetch(" not in text


def test_pages_are_well_formed(gallery):
    for page in pages(gallery):
        headings = [int(tag[1]) for tag, _ in page.elements if tag in ("h1", "h2", "h3")]
        assert headings[0] == 1
        assert headings.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(headings))
        assert all(image["alt"] for image in page.all("img"))
        identities = [has["id"] for _, has in page.elements if "id" in has]
        assert len(identities) == len(set(identities))
        labelled = {has["for"] for has in page.all("label") if "for" in has}
        assert {has["id"] for tag, has in page.elements if tag == "select"} <= labelled


def test_those_without_weights_stand_last_and_neighbours_are_linked(gallery):
    index = Page(gallery / "index.html")
    assert [card["data-name"] for card in index.all("article")] == NAMES
    steps = [
        (Page(gallery / "checkpoints" / name / "index.html").all("a", rel=way) or [{"href": None}])[0]["href"]
        for name, way in zip(NAMES, ["prev", "next", "next", "prev", "next"], strict=True)
    ]
    assert steps == [
        None,
        "../gan_dots/index.html",
        "../vae_dots/index.html",
        "../gan_dots/index.html",
        None,
    ]


def test_texts_of_others_are_escaped(zoo, tmp_path):
    recipe = zoo / "gan_dots" / "recipe.toml"
    text = recipe.read_text().replace("The smallest gan", HOSTILE.replace('"', '\\"'))
    recipe.write_text(f"# {HOSTILE}\n{text}")
    row = {
        "name": HOSTILE,
        "value": 1.0,
        "metric": HOSTILE,
        "higher_is_better": True,
        "settings": {HOSTILE: HOSTILE},
        "subject": {"name": HOSTILE},
        "reference": {"name": HOSTILE, "images": 3},
        "extractor": {"name": HOSTILE, "resizer": HOSTILE, "quantisation": HOSTILE},
        "seed": 0,
    }
    (zoo / "gan_dots" / "log.jsonl").write_text(json.dumps({"step": 1, HOSTILE: 1.0}) + "\n")
    (zoo / "gan_dots" / "scores.jsonl").write_text(json.dumps(row | {"step": 1}) + "\n")
    for name in ("gan_dots", "vae_dots"):

        def spoil(card):
            card["notes"] = [HOSTILE]
            card["scores"] = [row]
            card["data"] |= {"origin": HOSTILE, "license": HOSTILE, "classes": [HOSTILE]}
            card["weights"]["urls"] = [f"https://example.org/{HOSTILE}"]
            card["weights"]["license"] = card["versions"][HOSTILE] = HOSTILE
            card["training"]["selected"] = row | {"step": 3}

        change_card(zoo / name, spoil)
    write_gallery(tmp_path / "site", animations=False)
    for page in pages(tmp_path / "site"):
        # The one script of each page is its own.
        assert [has["src"].rpartition("/")[2] for has in page.all("script")] in (["index.js"], ["checkpoint.js"])
        assert "onerror" not in {key for _, has in page.elements for key in has}
        assert not any(has["src"] == "x" for has in page.all("img"))
    page = Page(tmp_path / "site" / "checkpoints" / "gan_dots" / "index.html")
    # Title, description, notes, licences, names, ...: all there, as text.
    assert page.text.count(HOSTILE) > 15


def test_a_name_may_need_quotes(zoo, tmp_path):
    name = 'a "b" <i>#1?%20'
    (zoo / "gan_untrained").rename(zoo / name)
    write_gallery(tmp_path / "site", animations=False)
    link = next(has["href"] for has in Page(tmp_path / "site" / "index.html").all("a") if "20" in has["href"])
    page = Page(tmp_path / "site" / unquote(link))
    assert page.path.parent.name == name
    assert f"tfgen train {name}" in page.text
    assert not page.all("i")


def test_two_sites_have_the_same_bytes(zoo, tmp_path, monkeypatch):
    write_gallery(tmp_path / "one")
    monkeypatch.setenv("TFGEN_HOME", str(tmp_path / "another_home"))
    write_gallery(tmp_path / "other")
    assert contents(tmp_path / "one") == contents(tmp_path / "other")


def test_walks_are_made_once_for_a_card(zoo, tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(walks, "load", lambda name: made.append(name) or load(name))
    write_gallery(tmp_path / "site")
    write_gallery(tmp_path / "site")
    assert made == ["autoencoder_dots", "dots_classifier", "gan_dots", "vae_dots"]
    change_card(zoo / "gan_dots", lambda card: card["weights"].update(sha256="0" * 64))
    found = write_gallery(tmp_path / "site", "*_dots")
    # Which are not the weights that are there.
    assert list(found.failures) == ["gan_dots"]
    assert "sha256 differs" in found.failures["gan_dots"]
    page = tmp_path / "site" / "checkpoints" / "gan_dots"
    assert "the model could not be loaded" in Page(page / "index.html").text
    assert not (page / "interpolation.webp").exists()


def test_a_walk_begins_at_samples_and_returns(zoo):
    path = walks.walk(site.find("gan_dots"))
    samples = load("gan_dots").sample(5, seed=0)
    height, width = samples.shape[1:3]
    with Image.open(path) as animation:
        frames = []
        for number in range(animation.n_frames):
            animation.seek(number)
            frames.append(np.asarray(animation.convert("L"), np.float64))
        assert animation.info["loop"] == 0
    assert frames[0].shape == (height + 4, 5 * (width + 2) + 2)
    for place, sample in enumerate(samples):
        left = 2 + place * (width + 2)
        shown = frames[0][2:-2, left : left + width]
        np.testing.assert_allclose(shown, (sample[..., 0] + 1) * 127.5, atol=1)
    steps = [np.abs(after - before).mean() for before, after in zip(frames, [*frames[1:], frames[0]], strict=True)]
    # The last step, back to the first frame, is no jump, as it would be from the last of the four samples.
    assert 0 < steps[-1] < 1.5 * max(steps[:-1])
    assert np.abs(frames[36] - frames[0]).mean() > 3 * max(steps)


def test_a_walk_moves_without_a_script_where_that_is_welcome(zoo, tmp_path):
    write_gallery(tmp_path / "site", "gan_dots")
    page = Page(tmp_path / "site" / "checkpoints" / "gan_dots" / "index.html")
    (source,) = page.all("source")
    assert source["srcset"] == "interpolation.webp"
    assert source["media"] == "(prefers-reduced-motion: no-preference)"
    (still,) = page.all("img", src="interpolation.png")
    with Image.open(page.path.parent / "interpolation.png") as picture:
        assert [int(still["width"]), int(still["height"])] == list(picture.size)


def test_models_with_labels_walk_within_each(zoo, monkeypatch):
    asked = []

    class Labelled(type(load("gan_dots"))):
        label_count = 3

        def sampling_inputs(self, latents, labels):
            asked.append(labels)
            return (latents,)

    model = load("gan_dots")
    monkeypatch.setattr(model, "__class__", Labelled)
    monkeypatch.setattr(walks, "load", lambda name: model)
    with Image.open(walks.walk(site.find("gan_dots"))) as animation:
        assert animation.size == (3 * 7 + 2, 10)
    (labels,) = asked
    np.testing.assert_array_equal(labels.reshape(-1, 3), [[0, 1, 2]] * 48)


def test_what_leads_nowhere_says_so(zoo, tmp_path, monkeypatch):
    # The second time it is known from before.
    for _ in range(2):
        write_gallery(tmp_path / "site", "*classifier")
        text = Page(tmp_path / "site" / "checkpoints" / "dots_classifier" / "index.html").text
        assert "None: a Classifier draws no images." in text
    monkeypatch.setattr("tfgen.priors.noise.Normal.smooth", False)
    write_gallery(tmp_path / "site", "vae_dots")
    text = Page(tmp_path / "site" / "checkpoints" / "vae_dots" / "index.html").text
    assert "None: the latents of this VAE are random numbers that discrete codes are drawn by" in text


def test_another_gallery_is_replaced_and_nothing_else(zoo, tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    write_gallery(folder, "gan_dots", animations=False)
    write_gallery(folder, "vae_dots", animations=False)
    assert [path.name for path in (folder / "checkpoints").iterdir()] == ["vae_dots"]
    (folder / "CNAME").write_text("example.org")
    with pytest.raises(TfgenError, match="holds CNAME beside a gallery, which would be lost"):
        write_gallery(folder, animations=False)
    (folder / "CNAME").unlink()
    write_gallery(folder, animations=False)
    other = tmp_path / "other"
    other.mkdir()
    (other / "index.html").write_text("<p>mine</p>")
    with pytest.raises(TfgenError, match="is there and is no gallery, so it is not replaced"):
        write_gallery(other, animations=False)
    assert (other / "index.html").read_text() == "<p>mine</p>"
    with pytest.raises(TfgenError, match="is a file; name a folder"):
        write_gallery(other / "index.html", animations=False)
    with pytest.raises(TfgenError, match="no name in the zoo matches 'wan_"):
        write_gallery(tmp_path / "new", "wan_*")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "own", ["thesis.tex", "mine/index.html", "vae_dots/notes.md", "vae_dots/interpolation.png/a.png", "vae_dots/more/"]
)
def test_files_of_ones_own_among_its_pages_are_not_lost(gallery, own):
    path = gallery / "checkpoints" / own
    (path if own.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
    if not own.endswith("/"):
        path.write_text("mine")
    with pytest.raises(TfgenError, match=r"holds checkpoints/.* beside a gallery, which would be lost"):
        write_gallery(gallery, animations=False)
    assert path.exists()


def test_through_a_link(zoo, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_gallery(tmp_path / "link", "gan_dots", animations=False)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "index.html").is_file()


def test_a_stop_leaves_what_was_there(zoo, tmp_path, monkeypatch):
    folder = tmp_path / "site"
    write_gallery(folder, "gan_dots", animations=False)
    before = contents(tmp_path / "site")

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(site, "index_page", stop)
    with pytest.raises(KeyboardInterrupt):
        write_gallery(folder, animations=False)
    assert contents(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name not in ("zoo", "home")) == ["site"]
