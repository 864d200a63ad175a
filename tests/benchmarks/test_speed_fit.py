import pytest

from tfgen.benchmarks.speed import fit
from tfgen.benchmarks.speed.settings import Settings
from tfgen.errors import TfgenError


class Clockwork:
    """A contender of which a call takes so long, and so long for each step, the latter longer from call to call."""

    peak_mib = 100.0

    def __init__(self, call, step, slower=0.0):
        self.call, self.step, self.slower, self.counts = call, step, slower, []

    def seconds(self, count):
        self.counts.append(count)
        rounds = (len(self.counts) + 1) // 2
        return self.call + count * (self.step + rounds * self.slower)


@pytest.fixture
def contest(monkeypatch):
    """Has these contenders meet, without processes."""

    def meet(**workers):
        class Contest(fit.Contest):
            def start(self, contenders, settings, title):
                for name, contender in contenders.items():
                    self.workers[name] = workers[contender.options["loop"]]
                    self.counts[name] = round(settings.seconds / self.workers[name].step)

        monkeypatch.setattr(fit, "Contest", Contest)
        return workers

    return meet


def test_a_step_is_without_what_a_call_costs(contest):
    workers = contest(fit=Clockwork(0.01, 0.51), bare=Clockwork(0.0, 0.5))
    found = fit.measure("gan", Settings(rounds=2, seconds=4, sizes={"width": 2}))
    assert found.seconds == {fit.FIT: pytest.approx([0.51] * 6), fit.BARE: pytest.approx([0.5] * 6)}
    # Both for as many steps as the faster one makes in that time, beyond the first.
    assert workers["fit"].counts == workers["bare"].counts == [1, 9] * 6
    step, call = found.notes
    assert step == (
        "A step by `fit` takes 2.0 % more than the bare one, the median of 6 rounds; with 95 % confidence 2.0 to 2.0 %."
    )
    assert call == "A call of `fit`, once an epoch, takes 10.0 ms besides."


def test_rounds_that_differ_too_much_resolve_nothing():
    bare = [1.0] * 6
    assert fit.of_a_step([0.99, 1.04, 1.01, 1.01, 1.01, 1.01], bare).endswith(
        "1.0 % more than the bare one, the median of 6 rounds; with 95 % confidence -1.0 to 4.0 %: not resolved, since "
        "this holds 0 as well as the 3 % that it may cost."
    )
    for resolved in ([0.99, *[1.01] * 4, 1.02], [*[1.04] * 5, 1.01]):
        assert "not resolved" not in fit.of_a_step(resolved, bare)


def test_pairs_are_of_the_same_round(contest):
    # Both become slower from round to round, and stay 1 % apart.
    contest(fit=Clockwork(0.0, 0.505, slower=0.101), bare=Clockwork(0.0, 0.5, slower=0.1))
    found = fit.measure("gan", Settings(rounds=2, seconds=4))
    assert "with 95 % confidence 1.0 to 1.0 %" in found.notes[0]


def test_one_that_ends_on_the_way_leaves_the_other(contest):
    workers = contest(fit=Clockwork(0.0, 0.5), bare=Clockwork(0.0, 0.5))

    def end(count):
        raise TfgenError("ended by SIGKILL")

    workers["fit"].seconds = end
    found = fit.measure("gan", Settings(rounds=2, seconds=4))
    assert found.failures == {fit.FIT: "ended by SIGKILL"}
    assert list(found.seconds) == [fit.BARE]
    assert not found.notes
