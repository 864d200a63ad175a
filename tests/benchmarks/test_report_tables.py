"""What stands in the tables of a report, on made-up rows."""

from made_up_study import made_up_rows, small_spec
from report_page import page_of

from benchmarks.created_equal.driver import best_rows
from benchmarks.created_equal.spec import find_spec


def test_a_method_that_diverged_everywhere(tmp_path, undrawn):
    spec = find_spec("quick")
    rows = made_up_rows(spec, diverging=0)
    for row in rows:
        if row["method"] == "lsgan":
            row |= {"status": "diverged", "best": None, "last": None, "scores": []}
    page = page_of(spec, rows, tmp_path)
    assert page.table("trials done")["LSGAN"]["best"] == "–"
    assert page.table("trials done")["LSGAN"]["trials done"] == "0 of 3 (3 diverged)"
    assert page.table("peak memory", "diverged")["LSGAN"]["diverged"] == "5 (100%)"
    assert "No line for LSGAN" in page.words()


def test_nothing_but_divergence(tmp_path, undrawn):
    spec = find_spec("quick")
    page = page_of(spec, made_up_rows(spec, diverging=1.1)[:10], tmp_path)
    assert "No trial has a score." in page.words()


def test_trials_that_never_began(tmp_path, undrawn):
    spec = find_spec("quick")
    rows = made_up_rows(spec)
    nothing = dict.fromkeys(("configuration", "hyperparameters", "recipe", "score", "best", "last", "protocol"))
    bare = {"status": "failed", "error": "no configuration of search came to a score", "scores": [], "ended_at": 0}
    kept = ("trial", "phase", "dataset", "method", "seed", "finished")
    rows[-1] = {**{key: rows[-1][key] for key in kept}, **nothing, **bare}
    rows[0] = {**{key: rows[0][key] for key in (*kept, "configuration", "hyperparameters")}, **bare}
    page = page_of(spec, rows, tmp_path)
    assert page.table("seeds done")["VAE"]["seeds done"].endswith("(1 failed)")
    assert page.table("trial", "error")["39"]["error"] == bare["error"]


def test_a_diverged_trial_counts_by_its_checkpoints_before(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan", "vae"])
    rows = made_up_rows(spec, diverging=0)
    rows[1] |= {"status": "diverged", "best": {"step": 300, "value": 1e-3}, "last": {"step": 300, "value": 1e-3}}
    page = page_of(spec, rows, tmp_path)
    assert page.table("trials done")["NS GAN"]["configuration"] == "1"
    # As in the choice of what is trained on further seeds.
    assert best_rows(rows, "search")["polygons", "ns_gan"]["configuration"] == 1


def test_numbers_of_the_tables(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan", "vae"])
    rows = made_up_rows(spec, diverging=0)
    results = {0: 50.0, 1: 40.25, 2: 60.0, 3: 9.5, 4: 8.0, 5: 12.0, 6: 41.0, 7: 43.0, 8: 100.0, 9: 103.0}
    for number, value in results.items():
        best, last = {"step": 300, "value": value}, {"step": 600, "value": value + 1.0}
        rows[number] |= {"status": "done", "best": best, "last": last}
    page = page_of(spec, rows, tmp_path)
    search = page.table("trials done", "configuration")
    told = ("trials done", "best", "configuration", "at step", "its last", "default's best")
    assert [search["NS GAN"][name] for name in told] == ["3 of 3", "40.2", "1", "300", "41.2", "50.0"]
    assert [search["VAE"][name] for name in told[1:]] == ["8.00", "1", "300", "9.00", "9.50"]
    seeds = page.table("seeds done")
    told = ("seeds done", "mean ± deviation", "outliers", "without them", "last checkpoints")
    assert [seeds["NS GAN"][name] for name in told] == ["2 of 2", "42.0 ± 1.4", "0", "42.0 ± 1.4", "43.0 ± 1.4"]
    assert seeds["VAE"]["mean ± deviation"] == "102 ± 2"


def test_precision_recall_and_the_elbo(tmp_path, undrawn):
    spec = small_spec(compare=["vae"])
    rows = made_up_rows(spec, diverging=0)
    score, points = rows[0]["score"], ((0.9, 0.1, 0.18), (0.6, 0.6, 0.6))
    for row in rows:
        row["scores"] = [
            {
                "step": step,
                "values": {
                    score: value,
                    **dict(zip(("polygon precision", "polygon recall", "polygon f1"), point, strict=True)),
                    "ELBO (Bernoulli)": elbo,
                },
            }
            for step, value, point, elbo in zip((300, 600), (20.0, 30.0), points, (-150.0, -140.0), strict=True)
        ]
        row |= {"best": {"step": 300, "value": 20.0}, "last": {"step": 600, "value": 30.0}, "status": "done"}
    page = page_of(spec, rows, tmp_path)
    found = page.table("F1 over seeds")["VAE"]
    assert [found[name] for name in ("F1", "precision", "at step", "seeds")] == ["0.600", "0.600", "600", "2"]
    assert found["F1 over seeds"] == "0.600 ± 0.000"
    elbo = page.table("score", "best of the search")["VAE"]
    assert [elbo["score"], elbo["best of the search"], elbo["seeds"]] == ["ELBO (Bernoulli)", "-150", "2"]
    assert "of 3 trials, 3 reach 0.5 in both" in page.words()


def test_generators_far_from_the_manifold(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan"])
    rows = made_up_rows(spec, diverging=0)
    for row in rows:
        for point in row["scores"]:
            point["values"] |= dict.fromkeys(("polygon precision", "polygon recall", "polygon f1"), 0.0)
    page = page_of(spec, rows, tmp_path)
    assert "No trial of the search has an F1 above 0." in page.words()
    assert not (tmp_path / "report" / "budget_f1_polygons.png").exists()
