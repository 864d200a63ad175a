import pytest

from tfgen.benchmarks.speed import frechet
from tfgen.benchmarks.speed.settings import Settings

CASES = pytest.mark.parametrize("case", frechet.CASES)


@CASES
def test_both_give_the_same_distance(case):
    ours, theirs = (distance(*frechet.CASES[case](24)) for distance in frechet.DISTANCES.values())
    assert ours == pytest.approx(theirs, rel=1e-6)


@pytest.mark.parametrize("name", frechet.DISTANCES)
def test_as_often_as_told(name, monkeypatch):
    asked = []
    for each in frechet.DISTANCES:
        monkeypatch.setitem(frechet.DISTANCES, each, lambda *sets, each=each: asked.append((each, len(sets[0].mean))))
    frechet.prepare(name, "well-conditioned", 5)(3)
    assert asked == [(name, 5)] * 3


@pytest.mark.parametrize(("rounds", "run"), [(2, 2), (9, frechet.ROUNDS)])
def test_few_rounds_of_each_case(rounds, run, monkeypatch):
    monkeypatch.setattr(frechet, "compete", lambda *arguments: arguments)
    title, _, reference, contenders, settings = frechet.measure("ill-conditioned", Settings(rounds, dimensions=7))
    assert title == "Fréchet distance, 7 dimensions, ill-conditioned"
    assert settings.rounds == run
    assert reference in contenders
    for name, contender in contenders.items():
        assert contender.options == {"name": name, "case": "ill-conditioned", "dimensions": 7}
