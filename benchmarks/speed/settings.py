"""What a run of the benchmark is asked for, beside which measurements."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Settings:
    """How long to measure, with what, and against whom.

    Attributes:
        rounds: How often every contender is run.
        seconds: How long one contender works in a round, about.
        threads: Threads of every contender.
        clock: `"wall"`, or `"cpu"` for the processor seconds of a contender's process: for a busy machine, with one
            thread.
        pytorch: Whether PyTorch is one of them.
        sizes: What differs from the jobs, `width` and `batch_size`; empty for the benchmark itself.
        dimensions: Width of the features whose Fréchet distance is timed.
        images: Images that pass the extractor at once.
    """

    rounds: int = 5
    seconds: float = 2.0
    threads: int = 1
    clock: str = "wall"
    pytorch: bool = True
    sizes: dict[str, Any] = field(default_factory=dict)
    dimensions: int = 2048
    images: int = 64
