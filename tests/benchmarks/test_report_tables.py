"""What stands in the tables of a report and beside them, on made-up rows."""

import re

import pytest
from made_up_study import POLYGON_SCORES, ended_as, made_up_row, made_up_rows, small_spec
from report_page import page_of

from benchmarks.created_equal.driver import best_rows
from benchmarks.created_equal.rows import untrained_row
from benchmarks.created_equal.spec import find_spec
from benchmarks.created_equal.trials import all_trials, with_best


def test_a_method_that_diverged_everywhere(tmp_path, undrawn):
    spec = find_spec("quick")
    rows = [ended_as(row, "diverged") if row["method"] == "lsgan" else row for row in made_up_rows(spec, diverging=0)]
    page = page_of(spec, rows, tmp_path)
    assert page.table("trials done")["LSGAN"]["best"] == "–"
    assert page.table("trials done")["LSGAN"]["trials done"] == "0 of 3 (3 diverged)"
    assert page.table("start-up", "diverged")["LSGAN"]["diverged"] == "5 (100%)"
    assert "No line for LSGAN" in page.words()


def test_nothing_but_divergence(tmp_path, undrawn):
    spec = find_spec("quick")
    page = page_of(spec, made_up_rows(spec, diverging=1.1)[:10], tmp_path)
    assert "No trial has a score." in page.words()


@pytest.mark.parametrize("status", ["failed", "untrained"])
def test_trials_that_never_began(status, tmp_path, undrawn):
    spec = find_spec("quick")
    rows = made_up_rows(spec)
    unknown = dict.fromkeys(set(rows[0]) - set(untrained_row(all_trials(spec)[-1], "", "failed")))
    rows[-1] = {**unknown, **untrained_row(all_trials(spec)[-1], "no configuration came to a score", status)}
    page = page_of(spec, rows, tmp_path)
    assert page.table("seeds done")["VAE"]["seeds done"] == f"1 of 2 (1 {status})"
    assert page.table("trial", "error")["39"]["error"] == "no configuration came to a score"
    assert ("untrained" in page.table("to do")["seeds"]) is (status == "untrained")


def test_a_diverged_trial_counts_by_its_checkpoints_before(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan", "vae"])
    rows = made_up_rows(spec, diverging=0)
    rows[1] = ended_as(rows[1], "diverged", {300: 1e-3})
    page = page_of(spec, rows, tmp_path)
    assert page.table("trials done")["NS GAN"]["configuration"] == "1"
    # As in the choice of what is trained on further seeds.
    assert best_rows(rows, "search")["polygons", "ns_gan"]["configuration"] == 1


def test_a_failed_trial_s_checkpoints_count_nowhere(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan", "vae"])
    rows = made_up_rows(spec, diverging=0)
    expected = page_of(spec, rows[:1] + rows[2:], tmp_path).table("trials done")["NS GAN"]
    rows[1] = ended_as(rows[1], "failed", {300: 1.2345e-3}, error="no room")
    rows[7] = ended_as(rows[7], "failed", {300: 1.2345e-3}, error="no room")
    page = page_of(spec, rows, tmp_path)
    found = page.table("trials done")["NS GAN"]
    assert {**found, "trials done": expected["trials done"]} == expected
    assert page.table("seeds done")["NS GAN"]["with a score"] == "1"
    assert page.table("trial", "best step")["1"]["best"] == "–"
    assert "0.00123" not in page.words()


def test_numbers_of_the_tables(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan", "vae"])
    rows = made_up_rows(spec, diverging=0)
    results = {0: 50.0, 1: 40.25, 2: 60.0, 3: 9.5, 4: 8.0, 5: 12.0, 6: 41.0, 7: 43.0, 8: 100.0, 9: 103.0}
    rows = [ended_as(row, "done", {300: results[row["trial"]], 600: results[row["trial"]] + 1.0}) for row in rows]
    page = page_of(spec, rows, tmp_path)
    search = page.table("trials done", "configuration")
    told = ("trials done", "best", "configuration", "at step", "its last", "default's best")
    assert [search["NS GAN"][name] for name in told] == ["3 of 3", "40.2", "1", "300", "41.2", "50.0"]
    assert [search["VAE"][name] for name in told[1:]] == ["8.00", "1", "300", "9.00", "9.50"]
    seeds = page.table("seeds done")
    told = ("seeds done", "with a score", "mean ± deviation", "last checkpoints")
    assert [seeds["NS GAN"][name] for name in told] == ["2 of 2", "2", "42.0 ± 1.4", "43.0 ± 1.4"]
    assert seeds["VAE"]["mean ± deviation"] == "102 ± 2"
    assert "outliers" not in seeds["VAE"]
    # 50 / 40.25 is more than 9.5 / 8.
    assert "NS GAN's, whose default scores 1.24 times the lowest of 3" in page.words()
    assert "over 2 seeds its configuration has a mean of 42.0, where the default has 50.0 on its one" in page.words()
    assert "of 10 trials done, 0 end on their best checkpoint" in page.words()


METHODS = ("mm_gan", "ns_gan", "wgan", "vae")


def seeds_of(results, count=5):
    """A study with a search of one configuration a method, and what it came to over seeds: a value, or how it ended."""
    phases = [
        {"name": "search", "ranges": "wide", "datasets": ["polygons"], "configurations": 1, "seeds": 1},
        {"name": "seeds", "best_of": "search", "datasets": ["polygons"], "seeds": count, "first_seed": 1},
    ]
    spec = small_spec(compare=list(METHODS), phases=phases)
    rows, searched = [], made_up_rows(spec, diverging=0)[: len(METHODS)]
    for trial in all_trials(spec)[len(METHODS) :]:
        found = dict(enumerate(results.get(trial.method, ()), 1)).get(trial.seed)
        trial = with_best(trial, 0, searched[0]["hyperparameters"])
        if isinstance(found, str):
            rows.append(made_up_row(trial, {}, status=found))
        elif found is not None:
            rows.append(made_up_row(trial, {500: {searched[0]["score"]: found}}))
    return spec, [*searched, *rows]


def ranking(page):
    return re.search(r"(Of the methods that|No method|Only) .*?(?=(Triangles: )?Seeds: )", page.words())[0].strip()


def test_two_seeds_rank_and_do_not_tell_methods_apart(tmp_path, undrawn):
    spec, rows = seeds_of({"mm_gan": (99, 99), "ns_gan": (10, 11), "wgan": (20, 21), "vae": (90, 91)}, count=2)
    page = page_of(spec, rows, tmp_path)
    assert ranking(page) == (
        "Of the methods that have a score on each of 2 seeds, NS GAN has the lowest mean, and WGAN the next; 2 seeds "
        "are too few to say whether the two differ."
    )


def test_five_seeds_give_an_interval_of_the_difference(tmp_path, undrawn):
    results = {"ns_gan": (10, 11, 12, 13, 14), "wgan": (20, 21, 22, 23, 24), "vae": (90, 91, 92, 93, 94)}
    spec, rows = seeds_of(results)
    page = page_of(spec, rows, tmp_path)
    # Errors of 1/2 each, 8 degrees of freedom: 2.306 to either side.
    assert "and WGAN the next, 10.0 above it, with a 95 % interval from 7.69 to 12.3 (Welch's)" in ranking(page)
    assert "chosen as the lowest two of 3" in ranking(page)
    assert page.strong("seeds done") == ["12.0 ± 1.6"]


def test_a_mean_that_leaves_seeds_out_is_not_ranked(tmp_path, undrawn):
    results = {"mm_gan": (30, 31, 32, 33, 34), "ns_gan": (1, 1, "diverged", 1, 1), "wgan": (20, 21, 22, 23, 24)}
    page = page_of(*seeds_of({**results, "vae": (2, "failed", 2)}), tmp_path)
    assert ranking(page).startswith(
        "Of the methods that have a score on each of 5 seeds, WGAN has the lowest mean, and MM"
    )
    assert ranking(page).endswith(
        "Not ranked: NS GAN (1 diverged before the first checkpoint) and VAE (1 failed, 2 to do)."
    )
    assert page.strong("seeds done") == ["22.0 ± 1.6"]
    table = page.table("seeds done")
    assert (table["NS GAN"]["seeds done"], table["NS GAN"]["with a score"]) == ("4 of 5 (1 diverged)", "4")


def test_one_alone_is_not_ranked(tmp_path, undrawn):
    results = {"mm_gan": (1,), "ns_gan": (9,) * 5, "wgan": ("untrained",) * 5, "vae": ("failed",) * 5}
    page = page_of(*seeds_of(results), tmp_path)
    assert ranking(page) == (
        "Only NS GAN has a score on each of 5 seeds. Not ranked: MM GAN (4 to do), WGAN (5 untrained, as its search "
        "has no score) and VAE (5 failed)."
    )
    assert page.strong("seeds done") == []


def test_nothing_is_ranked(tmp_path, undrawn):
    page = page_of(*seeds_of({"ns_gan": (1,)}), tmp_path)
    assert ranking(page) == (
        "No method has a score on each of 5 seeds. Not ranked: MM GAN (5 to do), NS GAN (4 to do), WGAN (5 to do) and "
        "VAE (5 to do)."
    )
    assert page.strong("seeds done") == []


def test_outliers_are_counted_and_left_out_beside_the_mean(tmp_path, undrawn):
    page = page_of(*seeds_of({"ns_gan": (10, 11, 12, 9, 300), "wgan": (20, 21, 22, 23, 24)}), tmp_path)
    found = page.table("seeds done")["NS GAN"]
    assert [found[name] for name in ("mean ± deviation", "outliers", "without them")] == [
        "68.4 ± 129.5",
        "1",
        "10.5 ± 1.3",
    ]
    assert "in 99 % of samples" in page.words()


def test_only_what_was_trained_to_its_end_may_have_been_stopped_too_early(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan"])
    rows = made_up_rows(spec, diverging=0)
    rows = [ended_as(row, "diverged", {300: 20.0, 600: 10.0}) for row in rows]
    assert "stopped while still improving" not in page_of(spec, rows, tmp_path).words()
    rows[0] = ended_as(rows[0], "done", {300: 20.0, 600: 10.0})
    rows[1] = ended_as(rows[1], "done", {300: 10.0, 600: 20.0})
    assert "of 2 trials done, 1 end on their best checkpoint" in page_of(spec, rows, tmp_path).words()


def test_methods_that_have_not_tried_equally_many(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan", "vae"])
    rows = made_up_rows(spec, diverging=0)
    # One of the VAE's has failed.
    assert "have tried equally many, which the lowest depends on: from 2 to 3" in page_of(spec, rows, tmp_path).words()
    rows[5] = ended_as(rows[5], "done", {600: 100.0})
    assert "equally many" not in page_of(spec, rows, tmp_path).words()


def test_precision_recall_and_the_elbo(tmp_path, undrawn):
    spec = small_spec(compare=["vae"])
    rows = made_up_rows(spec, diverging=0)
    points = {300: (20.0, (0.9, 0.1, 0.18), -150.0), 600: (30.0, (0.6, 0.6, 0.6), -140.0)}
    for number, row in enumerate(rows):
        rows[number] = ended_as(row, "done", {step: value for step, (value, _, _) in points.items()})
        for point in rows[number]["scores"]:
            _, on_manifold, elbo = points[point["step"]]
            point["values"] |= {**dict(zip(POLYGON_SCORES, on_manifold, strict=True)), "ELBO (Bernoulli)": elbo}
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
            point["values"] |= dict.fromkeys(POLYGON_SCORES, 0.0)
    page = page_of(spec, rows, tmp_path)
    assert "No trial of the search has an F1 above 0." in page.words()
    assert not (tmp_path / "report" / "budget_f1_polygons.png").exists()
