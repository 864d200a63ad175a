"""What the gallery's pages say: scores, curves, recipes, amounts."""

import json
import math

import pytest
from test_gallery import Page
from tiny_zoo import SCORE as FID
from tiny_zoo import change_card

from tfgen.zoo import card
from tfgen.zoo.entries import find
from tfgen.zoo.gallery import write_gallery
from tfgen.zoo.gallery.curves import Chart, drawing, loss_charts, score_charts, table
from tfgen.zoo.gallery.exhibit import Exhibit
from tfgen.zoo.gallery.markup import Markup, element
from tfgen.zoo.gallery.toml_colours import coloured
from tfgen.zoo.words import duration, shape, size

ACCURACY = FID | {"name": "accuracy", "metric": "accuracy", "higher_is_better": True, "extractor": None}


@pytest.fixture
def built(zoo, tmp_path):
    """Builds the site, and gives a page of it: of a checkpoint, or the first."""

    def build(name=None):
        write_gallery(tmp_path / "site", animations=False)
        folder = tmp_path / "site"
        return Page((folder / "checkpoints" / name if name else folder) / "index.html")

    return build


def test_scores_are_sorted_by_where_measured_alike(zoo, built):
    better = FID | {"value": 4.0, "standard_error": 0.5}
    otherwise = FID | {"value": 3.0, "subject": {"name": "dots", "images": 50}}
    for name, scores in {"gan_dots": [FID], "vae_dots": [ACCURACY, better], "autoencoder_dots": [otherwise]}.items():
        change_card(zoo / name, lambda card, scores=scores: card.update(scores=scores))
    page = built()
    (option,) = [has for has in page.all("option") if has["value"].startswith("score:")]
    assert option["data-higher"] == "false"
    assert option["data-protocol"].startswith("FID ↓: 100 of each against 200 of dots:test; inception_2015")
    key = option["value"].removeprefix("score:")
    cards = {card["data-name"]: card for card in page.all("article")}
    scores = {name: json.loads(card["data-scores"]) for name, card in cards.items()}
    assert scores["gan_dots"][key] == [5.0, "FID", "5"]
    assert scores["vae_dots"][key] == [4.0, "FID", "4 ± 0.5"]
    # One of 50 images does not compare.
    assert key not in scores["autoencoder_dots"]
    assert scores["dots_classifier"] == {}
    stored = (zoo / "gan_dots" / "model.weights.h5").stat().st_size
    gan = cards["gan_dots"]
    kept = ["data-family", "data-set", "data-trained", "data-bytes", "data-steps", "data-seconds"]
    assert [gan[key] for key in kept] == ["GAN", "fashion_mnist", "true", str(stored), "3", "1.5"]
    assert "data-bytes" not in cards["gan_untrained"]
    assert "tfgen train gan_untrained" in page.text
    # The family's own metric, and not the first row.
    assert "FID 4 ± 0.5" in page.text


def test_the_score_that_stands_for_others_is_of_these_weights_and_by_inception(zoo, built):
    sha256 = card("gan_dots")["weights"]["sha256"]
    of_these = FID | {"subject": {"name": "dots", "images": 100, "checkpoint_sha256": sha256}}
    small = of_these | {"name": "FID[dots_classifier]", "value": 2.0}
    earlier = FID | {"value": 7.0, "reference": {"name": "other:test", "images": 200}}
    for scores, expected in (([earlier, small], 2.0), ([earlier, small, of_these], 5.0), ([earlier], 7.0)):
        change_card(zoo / "gan_dots", lambda card, scores=scores: card.update(scores=scores))
        assert Exhibit(find("gan_dots")).main_score["value"] == expected
    change_card(zoo / "gan_dots", lambda card: card.update(scores=[earlier, small]))
    text = built("gan_dots").text
    assert "7 (an earlier file of these weights)" in text
    assert "2 (an earlier file" not in text


def test_a_checkpoint_page_says_all(zoo, built):
    def tell(card):
        card["scores"] = [FID]
        card["notes"] = ["Trained twice.", "Kept `once <b>`."]
        card["training"]["selected"] = FID | {"step": 2}

    change_card(zoo / "vae_dots", tell)
    card = json.loads((zoo / "vae_dots" / "card.json").read_text())
    page = built("vae_dots")
    for told in (
        'import tfgen\nmodel = tfgen.zoo.load("vae_dots")\nimages = model.sample(64, seed=0)',
        "tfgen train vae_dots",
        card["weights"]["sha256"],
        "CC0-1.0",
        "Apache-2.0",
        "1,234 images, made up for tests",
        "tensorflow 2.21.0",
        "Trained twice.",
        "Kept once <b>.",
        "The weights are those of step 2, the best FID while it trained: 5 (100 of dots against 200 of dots:test",
        "The curve of this training was not kept.",
        (zoo / "vae_dots" / "recipe.toml").read_text(),
        json.dumps(FID, indent=2),
    ):
        assert told in page.text
    assert page.all("img")[0]["src"] == "samples.png"
    assert page.all("img")[0]["class"] == "pixels"


def test_all_pictures_of_a_folder_are_shown(zoo, built, tmp_path):
    files = ["samples.png", "reconstructions.png", "traversals.png"]
    for file in files[1:]:
        (zoo / "vae_dots" / file).write_bytes((zoo / "vae_dots" / "samples.png").read_bytes())
    page = built("vae_dots")
    assert [has["src"] for has in page.all("img")] == files
    for file in files:
        assert (page.path.parent / file).read_bytes() == (zoo / "vae_dots" / file).read_bytes()


def test_a_classifier_is_shown_how_to_ask(built):
    page = built("dots_classifier")
    assert "probabilities = model.classify(images)" in page.text
    assert page.all("img") == []


def test_a_card_may_be_bare(zoo, built):
    def bare(card):
        for key in [key for key in card if key not in ("name", "weights")]:
            del card[key]
        card["weights"] = {key: card["weights"][key] for key in ("sha256", "bytes")}

    change_card(zoo / "gan_dots", bare)
    (zoo / "gan_dots" / "samples.png").unlink()
    page = built("gan_dots")
    assert page.text.count("not stated") == 3
    assert "None measured yet." in page.text
    assert [card["data-name"] for card in built().all("article")][-1] == "gan_untrained"


def test_the_curves_have_the_points_of_the_log(zoo, built):
    values = {100: 2.0, 200: 1.0, 400: 1.5}
    rows = [{"step": step, "loss": value, "elbo": -value, "seconds": 9.0} for step, value in values.items()]
    rows += [{"step": 500, "loss": None, "elbo": -1.0, "seconds": 9.0}]
    path = zoo / "vae_dots" / "log.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"step": 600, "lo')
    scores = [FID | {"step": 200}, FID | {"step": 300, "value": 4.0}]
    (zoo / "vae_dots" / "scores.jsonl").write_text("".join(json.dumps(row) + "\n" for row in scores))
    page = built("vae_dots")
    losses, others, score = (json.loads(has["data-series"]) for has in page.all("figure", **{"class": "curve"}))
    assert losses == [[list(point) for point in values.items()]]
    assert others == [[*([step, -value] for step, value in values.items()), [500, -1.0]]]
    assert score == [[[200, 5.0], [300, 4.0]]]
    line = page.all("polyline")[0]["points"]
    across, up = zip(*(map(float, point.split(",")) for point in line.split()), strict=True)
    # From 0 to the last step of the chart, over the whole width; upwards is less.
    assert across == pytest.approx([250, 500, 1000])
    scale = [(y - up[0]) / (value - 2.0) for y, value in list(zip(up, values.values(), strict=True))[1:]]
    assert scale[0] < 0
    assert scale == pytest.approx([scale[0]] * 2)
    assert "The curve of this training was not kept." not in page.text


def test_a_wide_range_is_logarithmic():
    chart = Chart("Losses", {"loss": [(0, 1000.0), (5, 10.0), (10, 1.0)]})
    markup = drawing(chart)
    assert "Losses (logarithmic)" in markup
    points = markup.partition('points="')[2].partition('"')[0].split()
    y = [float(point.partition(",")[2]) for point in points]
    assert (y[1] - y[0]) / (y[2] - y[1]) == pytest.approx(math.log(100) / math.log(10), rel=1e-3)
    ticks = [part.partition("<")[0] for part in markup.split('class="y"')[1:]]
    assert [tick.rpartition(">")[2] for tick in ticks] == ["1", "10", "100", "1,000"]
    below = Chart("Losses", {"loss": [(0, 1000.0), (5, -1.0)]})
    assert "logarithmic" not in drawing(below)


@pytest.mark.parametrize("points", [[(7, 3.0)], [(0, 0.0)], [(1, 2.0), (9, 2.0)], [(1, -2.0), (9, -2.0)]], ids=str)
def test_level_lines_and_single_points_can_be_drawn(points):
    markup = drawing(Chart("Losses", {"loss": points}))
    drawn = markup.partition('points="')[2].partition('"')[0].split()
    assert len(drawn) == len(points)
    assert {point.partition(",")[2] for point in drawn} == {"150"}


def test_logs_are_sorted_into_charts():
    log = [{"step": 1, "b_loss": 1, "a_gradient_norm": 2.0, "score": 3.0, "loss": math.nan, "text": "x", "seconds": 1}]
    assert [(chart.title, dict(chart.series)) for chart in loss_charts(log)] == [
        ("Losses", {"b_loss": [(1, 1)]}),
        ("Lengths of the gradients", {"a_gradient_norm": [(1, 2.0)]}),
        ("What else was logged", {"score": [(1, 3.0)]}),
    ]
    assert loss_charts([]) == []


def test_scores_by_two_protocols_are_two_charts():
    rows = [FID | {"step": 1}, FID | {"step": 2, "value": None}, FID | {"step": 3, "value": 2.0}]
    rows.append(FID | {"step": 3, "seed": 1})
    one, other = score_charts(rows)
    assert (one.title, dict(one.series)) == ("FID", {"FID": [(1, 5.0), (3, 2.0)]})
    assert dict(other.series) == {"FID": [(3, 5.0)]}
    assert one.note.startswith("lower is better; 100 of dots against 200 of dots:test")


def test_the_table_of_a_curve_has_every_step():
    markup = table([Chart("", {"a": [(1, 0.5), (2, 0.25)]}), Chart("", {"a": [(2, 7.0)]})])
    rows = [row.split("</t")[:-1] for row in markup.split("<tr>")[2:]]
    cells = [[cell.rpartition(">")[2] for cell in row if "<td>" in cell or "<th" in cell] for row in rows]
    assert cells == [["1", "0.5", ""], ["2", "0.25", "7"]]


def test_toml_is_coloured_and_whole():
    text = '# <a> # "b"\n[one.two] # c\nkey = "# <no> \\" comment"\n'
    text += '[[list]]\nvalues = [1, -2.5e-3, true]\nlong = """\n# x\n"""\n'
    markup = coloured(text)
    page = Parts()
    page.feed(markup)
    assert page.text == text
    assert page.parts == [
        ("comment", '# <a> # "b"'),
        ("table", "[one.two]"),
        ("comment", "# c"),
        ("key", "key"),
        ("text", '"# <no> \\" comment"'),
        ("table", "[[list]]"),
        ("key", "values"),
        ("number", "1"),
        ("number", "-2.5e-3"),
        ("number", "true"),
        ("key", "long"),
        ("text", '"""\n# x\n"""'),
    ]


class Parts(Page):
    def __init__(self):
        super(Page, self).__init__()
        self.text, self.parts, self.kind = "", [], None

    def handle_starttag(self, tag, attrs):
        self.kind = dict(attrs)["class"].removeprefix("toml-")

    def handle_endtag(self, tag):
        self.kind = None

    def handle_data(self, data):
        self.text += data
        if self.kind:
            self.parts.append((self.kind, data))


def test_elements_escape_what_is_text():
    inside = element("b", "<", Markup("<i>"), None)
    assert inside == "<b>&lt;<i></b>"
    assert element("a", inside, href='"&', class_="x", hidden=True, title=None, aria_label=0) == (
        '<a href="&quot;&amp;" class="x" hidden aria-label="0"><b>&lt;<i></b></a>'
    )


def test_amounts():
    assert [size(928_264), size(81_000_000)] == ["0.93 MB", "81 MB"]
    assert [duration(seconds) for seconds in (7.2, 271.1, 3570, 40_000)] == ["7 s", "5 min", "1 h 0 min", "11 h 7 min"]
    assert [shape((28, 28, 1)), shape((64, 48, 3))] == ["28 × 28, grey", "64 × 48, colour"]
