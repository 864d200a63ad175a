from tiny_zoo import published, runs, zoo  # noqa: F401
from weights_server import make_entry, no_other_sources, server  # noqa: F401
