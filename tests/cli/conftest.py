from tiny_zoo import published, runs, zoo  # noqa: F401
