import pytest

from tfgen.recipes.assignments import assigned


def test_values_are_what_toml_makes_of_them():
    found = assigned({}, ["kid.subset_size=500", "a=[1, 2]", "b.c.d=0.5", "word=hinge", "text='5'", "yes=true"])
    assert found == {
        "kid": {"subset_size": 500},
        "a": [1, 2],
        "b": {"c": {"d": 0.5}},
        "word": "hinge",
        "text": "5",
        "yes": True,
    }


def test_the_original_stays_and_other_values_too():
    table = {"model": {"latent_dim": 2, "name": "vae"}}
    assert assigned(table, ["model.latent_dim=3"]) == {"model": {"latent_dim": 3, "name": "vae"}}
    assert table == {"model": {"latent_dim": 2, "name": "vae"}}


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [("steps", "'steps' sets nothing; write it as"), ("a.b=1", "'a.b' leads nowhere: 'a' is a value, not a table")],
)
def test_what_leads_nowhere(assignment, sentence):
    with pytest.raises(ValueError, match=sentence):
        assigned({"a": 1}, [assignment])
