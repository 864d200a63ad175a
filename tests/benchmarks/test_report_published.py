"""Where a report sets the published figures beside its own, and where it says why not."""

import pytest
from made_up_study import made_up_rows, small_spec
from report_page import page_of

AS_PUBLISHED = {
    "subject": {"images": 10000},
    "reference": {"name": "mnist:test", "images": 10000, "split": "test"},
    "extractor": {
        "name": "inception_2015",
        "sha256": "cd" * 32,
        "resizer": "tf1_bilinear",
        "quantisation": "float",
    },
    "settings": {},
}
PHASES = [
    {"name": "wide", "ranges": "wide", "datasets": ["mnist"], "configurations": 2, "seeds": 1},
    {"name": "seeds", "best_of": "wide", "datasets": ["mnist"], "seeds": 2},
]


def published_spec(**changes):
    return small_spec("paper", compare=["ns_gan", "lsgan", "vae"], phases=PHASES, **changes)


def test_published_figures_under_the_published_protocol(tmp_path, undrawn):
    spec = published_spec()
    page = page_of(spec, made_up_rows(spec, protocol=AS_PUBLISHED, diverging=0), tmp_path)
    found = {method: row["published"] for method, row in page.table("seeds done").items()}
    assert found == {"NS GAN": "6.8 ± 0.5", "LSGAN": "7.8 ± 0.6*", "VAE": "23.8 ± 0.6†"}
    assert "† from memory" in page.words()
    assert "* the paper left significant outliers out, as we recall it" in page.words()
    assert "disputed" not in page.words()
    assert "here it is the best of 2 configurations over 2 seeds" in page.words()
    assert "among them the search's own" in page.words()


def test_the_note_counts_the_seeds_that_there_are(tmp_path, undrawn):
    spec = published_spec()
    rows = made_up_rows(spec, protocol=AS_PUBLISHED, diverging=0)
    page = page_of(spec, rows[:-1], tmp_path)
    assert "here it is the best of 2 configurations over 1 to 2 seeds" in page.words()


@pytest.mark.parametrize(
    ("dataset", "method", "figure", "other"),
    [
        ("cifar10", "lsgan", "87.1 ± 47.5‡", "LSGAN ± 0.9 as Zhang and Khoreva 2019 quote it"),
        ("cifar10", "began", "71.4 ± 1.6‡", "BEGAN 71.9 as we recall it"),
        ("celeb_a", "wgan_gp", "30.0 ± 1.0‡", "WGAN-GP 30.3 as Dai and Wipf 2019 quote it"),
    ],
)
def test_what_sources_disagree_on_is_disputed(dataset, method, figure, other, tmp_path, undrawn):
    phases = [{**phase, "datasets": [dataset]} for phase in PHASES]
    spec = small_spec("paper", compare=["ns_gan", method], phases=phases)
    protocol = {**AS_PUBLISHED, "reference": {"name": f"{dataset}:test", "images": 10000, "split": "test"}}
    page = page_of(spec, made_up_rows(spec, protocol=protocol, diverging=0), tmp_path)
    found = [row["published"] for row in page.table("seeds done").values()]
    assert found[1] == figure
    assert "‡" not in found[0]
    assert f"‡ disputed: {other}." in page.words()


def test_a_corrected_method_has_no_published_figure(tmp_path, undrawn):
    spec = published_spec(variant="corrected")
    page = page_of(spec, made_up_rows(spec, protocol=AS_PUBLISHED, diverging=0), tmp_path)
    found = {method: row["published"] for method, row in page.table("seeds done").items()}
    assert found == {"NS GAN": "6.8 ± 0.5", "LSGAN": "–", "VAE": "–"}


def other(part, key, value):
    return {**AS_PUBLISHED, part: {**AS_PUBLISHED[part], key: value}}


@pytest.mark.parametrize(
    ("changes", "protocol", "reason"),
    [
        ({}, other("extractor", "name", "mnist_classifier"), "the extractor is mnist_classifier here"),
        ({}, other("subject", "images", 2000), "the number of samples is 2,000 here and 10,000 there"),
        ({}, other("reference", "images", 500), "the number of real images is 500 here"),
        ({}, other("reference", "split", "train"), "the split is train here"),
        ({}, other("extractor", "resizer", "pil_bicubic"), "the resizer is pil_bicubic here"),
        ({}, other("extractor", "quantisation", "uint8"), "the rounding is uint8 here"),
        ({"network_arguments": {"infogan": {"width": 16}}}, AS_PUBLISHED, "the networks' width is 16 and 64 here"),
        ({"datasets": {"mnist": {"steps": 100}}}, AS_PUBLISHED, "the steps are 100 here and 15,625 there"),
        ({"datasets": {"mnist": {"name": "emnist"}}}, AS_PUBLISHED, "the images are emnist 28x28x1 here"),
        ({"batch_size": 32}, AS_PUBLISHED, "batch_size is 32 here and 64 there"),
    ],
)
def test_published_figures_under_no_other(changes, protocol, reason, tmp_path, undrawn):
    spec = published_spec(**changes)
    page = page_of(spec, made_up_rows(spec, protocol=protocol, diverging=0), tmp_path)
    assert "published" not in next(iter(page.table("seeds done").values()))
    assert reason in page.words()
    assert "6.8 ± 0.5" not in page.words()


def test_protocols_are_told_apart(tmp_path, undrawn):
    spec = published_spec()
    rows = made_up_rows(spec, protocol=AS_PUBLISHED, diverging=0)
    rows[-1]["protocol"] = other("subject", "images", 2000)
    page = page_of(spec, rows, tmp_path)
    assert "10,000 samples against" in page.words()
    assert "2,000 samples against" in page.words()
    assert "by several protocols" in page.words()


def test_searches_of_one_data_set_stay_apart(tmp_path, undrawn):
    narrow = {"name": "a narrow/one", "ranges": "narrow", "datasets": ["mnist"], "configurations": 2, "seeds": 1}
    spec = small_spec("paper", compare=["ns_gan"], phases=[PHASES[0], narrow, PHASES[1]])
    page = page_of(spec, made_up_rows(spec, diverging=0), tmp_path)
    assert {"budget_mnist_wide.png", "budget_mnist_a_narrow_one.png"} <= {
        path.name for path in (tmp_path / "report").iterdir()
    }
    assert "(report/budget_mnist_a_narrow_one.png)" in (tmp_path / "report.md").read_text()
    assert "MNIST, a narrow/one" in page.words()
    assert len([table for table in page.tables if "seeds done" in table[0]]) == 1
