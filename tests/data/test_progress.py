from tfgen.data import progress as module
from tfgen.data.progress import progress


def test_passes_items_on_in_silence_if_it_is_quick(capfd):
    assert list(progress(iter("abc"), "Counting", 3)) == ["a", "b", "c"]
    assert capfd.readouterr() == ("", "")


def test_shows_a_bar_on_standard_error_after_a_while(monkeypatch, capfd):
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 0.0)
    assert list(progress(range(3), "Counting", 3)) == [0, 1, 2]
    out, err = capfd.readouterr()
    assert out == ""
    assert "Counting" in err
    assert "3/3" in err
