"""The report of a study: what its trials show, as one HTML file, and as Markdown with pictures."""

from .writing import write_report

__all__ = ["write_report"]
