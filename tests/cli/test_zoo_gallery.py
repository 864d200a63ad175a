from tiny_zoo import change_card


def test_it_writes_a_site(tfgen_command, zoo, tmp_path):
    code, out, err = tfgen_command("zoo", "gallery", "--output", "site", "gan_*", "--no-animations")
    assert (code, out, err) == (0, "wrote site/index.html: 2 name(s) of the zoo\n", "")
    folder = tmp_path / "cwd" / "site"
    assert sorted(path.name for path in (folder / "checkpoints").iterdir()) == ["gan_dots", "gan_untrained"]
    assert not list(folder.rglob("*.webp"))
    code, out, err = tfgen_command("zoo", "gallery", "--output", "site", "gan_*")
    assert (code, err) == (0, "")
    assert [path.parent.name for path in folder.rglob("*.webp")] == ["gan_dots"]


def test_it_tells_what_could_not_be_loaded(tfgen_command, zoo):
    change_card(zoo / "gan_dots", lambda card: card["weights"].update(sha256="0" * 64))
    code, out, err = tfgen_command("zoo", "gallery", "gan_dots", "--output", "site")
    assert (code, out) == (0, "wrote site/index.html: 1 name(s) of the zoo\n")
    assert err.startswith("gan_dots has no interpolation: ")
    assert "its sha256 differs" in err


def test_it_refuses_a_folder_of_something_else(tfgen_command, zoo, tmp_path):
    (tmp_path / "cwd" / "site").mkdir()
    (tmp_path / "cwd" / "site" / "thesis.txt").write_text("all of it")
    code, out, err = tfgen_command("zoo", "gallery", "--output", "site")
    assert (code, out) == (1, "")
    assert err.endswith("/site is there and is no gallery, so it is not replaced; name a new folder, or remove it\n")
    assert (tmp_path / "cwd" / "site" / "thesis.txt").read_text() == "all of it"
    assert tfgen_command("zoo", "gallery")[0] == 2


def test_it_says_that_nothing_can_be_kept(tfgen_command, zoo, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TFGEN_HOME", str(tmp_path / "file"))
    code, out, err = tfgen_command("zoo", "gallery", "gan_dots", "--output", "site")
    assert (code, out) == (1, "")
    assert err.startswith("tfgen: the cache ")
    assert err.endswith("set TFGEN_HOME to a folder that you can write\n")
    assert not (tmp_path / "cwd" / "site").exists()
