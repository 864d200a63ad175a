import json


def test_writes_the_first_version_and_lists_the_signatures(tfgen_command, zoo, tmp_path):
    code, out, err = tfgen_command("export", "autoencoder_dots", tmp_path / "served")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"wrote {tmp_path}/served/1 with the signatures:",
        "  serving_default(latents float32[None, 3]) -> images",
        "  generate(count int32[], seed int64[]) -> images",
        "  encode(images float32[None, 6, 5, 1]) -> codes",
        "  decode(codes float32[None, 3]) -> images",
        "  reconstruct(images float32[None, 6, 5, 1]) -> reconstructions",
        "  anomaly_score(images float32[None, 6, 5, 1]) -> scores",
    ]
    card = json.loads((tmp_path / "served" / "1" / "assets.extra" / "card.json").read_text())
    assert card["name"] == "autoencoder_dots"


def test_same_version_twice_is_refused(tfgen_command, zoo, tmp_path):
    assert tfgen_command("export", "gan_dots", tmp_path / "served")[0] == 0
    code, out, err = tfgen_command("export", "gan_dots", tmp_path / "served")
    assert (code, out) == (1, "")
    assert err == f"tfgen: {tmp_path}/served/1 is there already; export another version, for example 2\n"
    assert tfgen_command("export", "gan_dots", tmp_path / "served", "--version", 2)[0] == 0
    assert sorted(path.name for path in (tmp_path / "served").iterdir()) == ["1", "2"]
