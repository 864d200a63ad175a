"""The report of a study as pages, on made-up rows."""

import base64
import copy
import io
import re
import tomllib

import numpy as np
import pytest
from made_up_study import PRESETS, ended_as, made_up_rows, small_spec
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image
from report_page import Page, page_of

from benchmarks.created_equal.report import write_report
from benchmarks.created_equal.report.configurations import draw_configurations
from benchmarks.created_equal.report.look import LIGHT
from benchmarks.created_equal.report.searches import Study
from benchmarks.created_equal.side_studies import finished
from benchmarks.created_equal.spec import find_spec, make_spec
from benchmarks.created_equal.store import Store
from tfgen.errors import TfgenError


@pytest.mark.filterwarnings("error::UserWarning")
def test_what_is_written(tmp_path):
    spec = small_spec(compare=["ns_gan", "vae"])
    # No figure takes a user's words for a formula.
    spec.methods["ns_gan"]["title"] = r"$\frac{$ _^ a title that is longer than any figure has room for"
    path = write_report(spec, made_up_rows(spec), tmp_path)
    assert path == tmp_path / "report.html"
    page = Page(path.read_text(encoding="utf-8"))
    pictures = {picture.stem: picture for picture in (tmp_path / "report").iterdir()}
    kinds = ("budget", "budget_f1", "configurations", "precision_recall", "curves", "hyperparameters", "costs")
    assert sorted(pictures) == sorted(f"{kind}_polygons" for kind in kinds)
    for picture in pictures.values():
        with Image.open(picture) as opened:
            assert opened.mode == "P"
            assert opened.width == 1000
            assert (np.asarray(opened.convert("RGB"))[:3] == 255).all()
        assert picture.stat().st_size < 150_000
    sources = [value for value in page.fetched if not value.startswith("#")]
    assert len(sources) == 2 * len(kinds)
    assert all(value.startswith("data:image/png;base64,") for value in sources)
    dark = Image.open(io.BytesIO(base64.b64decode(sources[0].partition(",")[2]))).convert("RGB")
    assert np.asarray(dark)[:3].max() < 40
    markdown = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"!\[.*?\]\(report/(.*?)\.png\)", markdown)) == sorted(pictures)
    assert not list(tmp_path.rglob(".partial*"))


def test_made_up_rows_are_whole(tmp_path):
    """As a store has them: with a new column the maker of these rows is to be told."""
    spec, store = small_spec(compare=["ns_gan", "vae"]), Store(tmp_path)
    rows = made_up_rows(spec)
    for row in rows:
        store.add(row)
    assert store.rows() == rows


def test_what_has_no_score_lies_on_a_band_at_the_right_edge():
    (search,) = Study(find_spec("quick"), made_up_rows(find_spec("quick"))).searches
    figure = draw_configurations(LIGHT, "Triangles", search.score, search.tried)
    FigureCanvasAgg(figure).draw()
    (axes,) = figure.axes
    (band,) = axes.patches
    assert band.get_window_extent().x1 == pytest.approx(axes.get_window_extent().x1)
    assert 0.02 < band.get_window_extent().width / axes.get_window_extent().width < 0.05


def test_an_older_report_s_pictures_go(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan"])
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "budget_mnist.png").write_bytes(b"old")
    write_report(spec, made_up_rows(spec), tmp_path)
    assert not (tmp_path / "report" / "budget_mnist.png").exists()
    assert (tmp_path / "report" / "budget_polygons.png").exists()


def test_several_data_sets(tmp_path, undrawn):
    spec = small_spec("laptop", compare=["ns_gan", "began"])
    rows = made_up_rows(spec)
    page = page_of(spec, rows, tmp_path)
    assert f"Trials that have ended: all {len(rows)}, of which" in page.words()
    assert page.words().count("Search “search”") == len(spec.datasets)
    assert len(page.table("trial", "hyper-parameters")) == len(rows)


@pytest.mark.parametrize("kept", [1, 9, 30])
def test_parts_of_a_study(kept, tmp_path, undrawn):
    spec = find_spec("quick")
    page = page_of(spec, made_up_rows(spec)[:kept], tmp_path)
    assert f"Trials that have ended: {kept} of 40, of which" in page.words()
    assert len(page.table("trial", "hyper-parameters")) == kept


def test_seeds_without_their_search(tmp_path, undrawn):
    spec = find_spec("quick")
    rows = [row for row in made_up_rows(spec) if row["phase"] == "seeds"]
    page = page_of(spec, rows, tmp_path)
    assert len(page.table("seeds done")) == 8
    assert "Search “" not in page.words()


def test_no_rows(tmp_path):
    with pytest.raises(TfgenError, match="no trial of the study has ended yet"):
        write_report(find_spec("quick"), [], tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("key", ["dataset", "method", "phase"])
def test_rows_of_another_study(key, tmp_path):
    spec = find_spec("quick")
    rows = made_up_rows(spec)[:2]
    with pytest.raises(TfgenError, match=f"trial 1 is of the {key} 'other'"):
        write_report(spec, [rows[0], {**rows[1], key: "other"}], tmp_path)


UGLY = "<b>&</b> | `x` $y$ <script>"


def test_users_words_are_text(tmp_path, undrawn):
    table = tomllib.loads((PRESETS / "quick.toml").read_text(encoding="utf-8"))
    mine = {key: value for key, value in copy.deepcopy(find_spec("quick").methods["ns_gan"]).items() if key != "ranges"}
    mine["title"] = UGLY
    table["methods"] = {"mine": mine, "untitled": {key: value for key, value in mine.items() if key != "title"}}
    table["compare"] = ["mine", "untitled"]
    table["title"] = f"Study {UGLY}"
    table["datasets"]["polygons"]["title"] = f"Data {UGLY}"
    spec = make_spec(table)
    rows = made_up_rows(spec)
    rows[0] = ended_as(rows[0], "failed", error=UGLY)
    rows[1]["device"] = UGLY
    page = page_of(spec, rows, tmp_path)
    assert {"b", "script"} & set(page.tags) == {"script"}
    assert page.tags.count("script") == 1
    assert {UGLY, "untitled"} <= page.table("trials done").keys()
    assert page.table("trial", "error")["0"]["error"] == UGLY
    markdown = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert UGLY not in markdown
    cells = [line for line in markdown.splitlines() if line.startswith(r"| \<b\>\&\</b\> \| \`x\` \$y\$")]
    assert len(cells) >= 3


def test_side_studies(tmp_path, undrawn):
    from matplotlib.figure import Figure

    text = "First | second\n\n| N | value |\n| --- | ---: |\n| 10 | 2.5 |\n\n![x](http://a.b/c.png) <i>`code`</i>"
    finished.write(tmp_path / "side", "sample_size", "Bias & variance", text, Figure(figsize=(1, 1)), {}, [])
    spec = small_spec(compare=["ns_gan"])
    page = page_of(spec, made_up_rows(spec)[:3], tmp_path, side_studies=tmp_path / "side")
    assert "Bias & variance" in page.words()
    assert page.table("N", "value")["10"]["value"] == "2.5"
    assert "i" not in page.tags
    assert not [value for value in page.fetched if value.startswith("http")]
    markdown = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "| 10 | 2.5 |" in markdown
    assert (tmp_path / "report" / "side_sample_size.png").read_bytes().startswith(b"\x89PNG")


def test_where_the_rows_are(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan"])
    (tmp_path / "study.sqlite").touch()
    (tmp_path / "trials.csv").touch()
    page = page_of(spec, made_up_rows(spec)[:3], tmp_path)
    assert "is in study.sqlite and trials.csv, beside this report" in page.words()
