import json
import shutil
import sys


def test_to_a_folder(tfgen_command, zoo, tmp_path, monkeypatch):
    code, out, err = tfgen_command("zoo", "push", "gan_dots", tmp_path / "site")
    assert (code, err) == (0, "")
    folder = tmp_path / "site" / "gan_dots"
    *listed, pushed, found = out.splitlines()
    assert [line.split() for line in listed] == [
        [path.name, f"{path.stat().st_size:,}"] for path in sorted(folder.iterdir())
    ]
    assert pushed == f"pushed 5 files to {folder}"
    assert found == (
        f"found there by its name with TFGEN_ZOO_URL={tmp_path / 'site'}, "
        "or the address that a web server gives this folder"
    )
    # Which is true.
    (zoo / "gan_dots" / "model.weights.h5").unlink()
    monkeypatch.setenv("TFGEN_ZOO_URL", str(tmp_path / "site"))
    assert tfgen_command("zoo", "verify", "gan_dots")[0] == 0


def test_dry_run(tfgen_command, zoo, tmp_path):
    code, out, err = tfgen_command("zoo", "push", "gan_dots", tmp_path / "site", "--dry-run")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == f"would push 5 files to {tmp_path / 'site' / 'gan_dots'}"
    assert not (tmp_path / "site").exists()


def test_to_the_hub(tfgen_command, zoo, monkeypatch):
    uploads = []

    def upload(folder, repository, path, message, replaced):
        assert {"recipe.toml", "reconstructions.png", "scores.jsonl"} < set(replaced)
        uploads.append((sorted(file.name for file in folder.iterdir()), repository, path, message))

    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    monkeypatch.setattr("tfgen.zoo.pushing.upload", upload)
    code, out, err = tfgen_command("zoo", "push", "gan_dots", "hf://me/gan_dots")
    assert (code, err) == (0, "")
    files = ["README.md", "card.json", "model.weights.h5", "recipe.toml", "samples.png"]
    assert uploads == [(files, "me/gan_dots", "", "The checkpoint gan_dots of tfgen's zoo")]
    assert out.splitlines()[-3:] == [
        "pushed 5 files to https://huggingface.co/me/gan_dots",
        "found there by its name with TFGEN_ZOO_URL=hf://me",
        'found there without it once "hf://me/gan_dots/model.weights.h5" is among the urls on its card',
    ]


def test_failures_are_one_sentence(tfgen_command, zoo, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    code, out, err = tfgen_command("zoo", "push", "gan_dots", "hf://me/dots")
    assert (code, out) == (1, "")
    assert err == "tfgen: the Hugging Face Hub's library is missing; `pip install 'tfgen[hf]'` installs it\n"
    code, out, err = tfgen_command("zoo", "push", "gan_dots", "ftp://me/dots")
    assert (code, out) == (1, "")
    assert err == "tfgen: ftp://me/dots cannot be pushed to; write a folder or hf://user/repository[/path]\n"


def test_published_notes_stand_on_the_card_and_its_page(tfgen_command, zoo, runs):
    notes = ["The hair of 3 in 64 is wrong.", "It draws no hats."]
    arguments = [word for note in notes for word in ("--note", note)]
    code, _, err = tfgen_command("zoo", "publish", runs["gan"], "gan_new", "--data-license", "MIT", *arguments)
    assert code == 0, err
    assert json.loads((zoo / "gan_new" / "card.json").read_text())["notes"] == notes
    assert f"## Notes\n\n- {notes[0]}\n- {notes[1]}\n" in (zoo / "gan_new" / "README.md").read_text()
    shutil.rmtree(zoo / "gan_new")
    assert tfgen_command("zoo", "publish", runs["gan"], "gan_new", "--data-license", "MIT")[0] == 0
    assert "notes" not in json.loads((zoo / "gan_new" / "card.json").read_text())
