import signal

import pytest

from tfgen.benchmarks.speed.process import ContenderError, run_python


def test_what_it_printed_and_how_long_it_took():
    said, seconds = run_python("-c", "import time; time.sleep(0.2); print('words')")
    assert said == "words\n"
    assert seconds > 0.2


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import nothing_of_this_name", "ModuleNotFoundError: No module named 'nothing_of_this_name'"),
        # As a process that has used up the memory is: without a word.
        (f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})", "ended by SIGKILL"),
        ("import os; os._exit(3)", "ended with code 3"),
    ],
)
def test_why_it_ended(code, why):
    with pytest.raises(ContenderError, match=f"^{why}$"):
        run_python("-c", code)
