"""The comparison of "Are GANs Created Equal?" (Lucic et al. 2018, arXiv 1711.10337)."""
