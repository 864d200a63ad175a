"""The command line as a whole: help, exit codes, and what becomes of errors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tfgen

COMMANDS = ["list", "zoo", "zoo show", "zoo verify", "zoo publish", "train", "generate", "reconstruct", "export"]
COMMANDS += ["compress", "decompress", "denoise", "repair", "anomalies", "embed", "pretrain", "latent grid"]
TFGEN = Path(sys.executable).with_name("tfgen")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_ends_in_an_example(tfgen_command, command):
    code, out, err = tfgen_command(*command.split(), "--help")
    assert (code, err) == (0, "")
    example = out.partition("\nexample")[2]
    assert f"tfgen {command}".strip() in example
    assert out.startswith(f"usage: tfgen {command}".strip())


def test_help_names_every_command(tfgen_command):
    out = tfgen_command("--help")[1]
    for command in COMMANDS:
        if " " not in command:
            assert f"\n    {command}" in out


@pytest.mark.parametrize("command", COMMANDS)
def test_examples_are_right_usage(tfgen_command, command, monkeypatch):
    """Each example's arguments are taken as they stand."""
    example = tfgen_command(*command.split(), "--help")[1].partition("\nexample:\n")[2].strip()
    from tfgen.cli.main import _parse

    for folder in ("photos", "noisy"):
        Path(folder).mkdir()
    for line in example.splitlines():
        words = [word.strip("'") for word in line.split()]
        assert callable(_parse(words).run)


def test_version(tfgen_command):
    assert tfgen_command("--version") == (0, f"tfgen {tfgen.__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("", "the following arguments are required: COMMAND"),
        ("paint", "invalid choice: 'paint'"),
        ("generate", "the following arguments are required: name"),
        ("generate x --n 0", "0 is not 1 or more"),
        ("generate x --n many", "'many' is not a whole number"),
        ("generate x --wrong", "unrecognized arguments: --wrong"),
        ("zoo", "the following arguments are required: ACTION"),
        ("zoo publish run name", "the following arguments are required: --data-license"),
        ("list things", "invalid choice: 'things'"),
        ("train", "the following arguments are required: recipe"),
        ("export x", "the following arguments are required: DIR"),
    ],
)
def test_wrong_usage_exits_with_2(tfgen_command, arguments, said):
    code, out, err = tfgen_command(*arguments.split())
    assert (code, out) == (2, "")
    assert said in err
    assert err.startswith("usage: tfgen")


@pytest.mark.parametrize("command", ["generate {}", "reconstruct {}", "export {} served", "zoo show {}", "train {}"])
def test_unknown_name(tfgen_command, zoo, command):
    code, out, err = tfgen_command(*command.format("gan_dot").split())
    assert (code, out) == (1, "")
    assert err.startswith("tfgen: there is no recipe or checkpoint 'gan_dot'; did you mean gan_dots or ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["generate {}", "export {} served", "zoo show {}"])
def test_checkpoint_without_weights(tfgen_command, zoo, command):
    code, _, err = tfgen_command(*command.format("gan_untrained").split())
    assert code == 1
    assert err == "tfgen: gan_untrained has no published weights yet; `tfgen train gan_untrained` trains them\n"


def test_debug_raises_what_happened(tfgen_command, zoo):
    from tfgen.recipes import RecipeError

    with pytest.raises(RecipeError):
        tfgen_command("--debug", "generate", "gan_dot")


def test_shell_sees_one_line_and_no_traceback():
    found = subprocess.run([TFGEN, "zoo", "show", "nothing_like_it"], capture_output=True, text=True)
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.startswith("tfgen: there is no recipe or checkpoint 'nothing_like_it'; ")
    assert found.stderr.count("\n") == 1


def test_shell_sees_the_traceback_with_debug():
    found = subprocess.run([TFGEN, "--debug", "zoo", "show", "nothing_like_it"], capture_output=True, text=True)
    assert found.returncode == 1
    assert "Traceback (most recent call last)" in found.stderr
    assert "RecipeError: there is no recipe or checkpoint 'nothing_like_it'" in found.stderr


def test_reader_that_has_gone_is_no_error():
    command = f"{TFGEN} list | true; exit ${{PIPESTATUS[0]}}"
    found = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert found.returncode in (0, 1)
    assert found.stderr == ""


def test_what_only_reads_loads_neither_keras_nor_tensorflow():
    # Each of these in a process of its own would cost a second.
    code = """
import json, sys
from tfgen.cli.main import main
for arguments in json.loads(sys.argv[1]):
    sys.argv = ["tfgen", *arguments]
    try:
        main()
    except SystemExit as done:
        assert not done.code, (arguments, done.code)
assert not {"keras", "tensorflow", "tensorflow_datasets"} & set(sys.modules)
"""
    kinds = ("zoo", "models", "networks", "datasets", "losses", "priors")
    calls = [["--help"], ["list"], *(["list", kind] for kind in kinds), ["zoo", "show", "dcgan_fashion_mnist.tiny"]]
    calls += [["zoo", "compare", "gan_fashion_mnist", "lsgan_fashion_mnist", "--metrics", "fid"]]
    calls += [[*command.split(), "--help"] for command in COMMANDS]
    subprocess.run([sys.executable, "-c", code, json.dumps(calls)], check=True, stdout=subprocess.DEVNULL)


def test_whole_command_in_a_shell(tmp_path):
    command = [TFGEN, "generate", "dcgan_fashion_mnist.tiny", "--n", "4", "--seed", "0", "--output", "grid.png"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=os.environ)
    assert found.returncode == 0, found.stderr
    assert found.stdout == "wrote 4 samples of dcgan_fashion_mnist.tiny to grid.png\n"
    # TensorFlow's notes on the machine are not for whoever runs a command.
    assert found.stderr == ""
    assert [path.name for path in tmp_path.iterdir()] == ["grid.png"]


def test_debug_counts_after_the_command_too(tfgen_command):
    with pytest.raises(Exception, match="there is no recipe"):
        tfgen_command("zoo", "show", "nothing_here", "--debug")
