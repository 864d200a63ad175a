"""The side studies of "Are GANs Created Equal?" (Lucic et al. 2018, arXiv 1711.10337): what the distance itself shows.

`tfgen benchmark created_equal side-studies NAME...` measures, `read` gives what is finished to a report.
"""

from tfgen.registry import Registry

from .finished import Finished, read

__all__ = ["FOLDER", "SIDE_STUDIES", "Finished", "read"]

FOLDER = "side_studies"
"""Where they are written by default, and where the report of a study looks for them in the study's folder."""

SIDE_STUDIES = Registry("side study", __name__)
