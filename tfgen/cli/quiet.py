"""TensorFlow without its start-up notes."""

import os


def load_tensorflow() -> None:
    """Imports TensorFlow while standard error leads nowhere.

    Its C++ parts write there before any log level counts. Python's own errors are raised as ever.
    """
    standard_error = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        import tensorflow  # noqa: F401
    finally:
        os.dup2(standard_error, 2)
        os.close(standard_error)
        os.close(nowhere)
