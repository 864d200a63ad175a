import subprocess
import sys


def test_help():
    command = [sys.executable, "-m", "tfgen.benchmarks.speed.memory", "--help"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Peak memory of training and of sampling" in found.stdout
    assert "{start,train,sample,stream,evaluate_10000,evaluate_50000}" in found.stdout


def test_wrong_job_is_a_wrong_usage():
    command = [sys.executable, "-m", "tfgen.benchmarks.speed.memory", "--job", "nothing"]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 2
    assert "invalid choice: 'nothing'" in found.stderr
