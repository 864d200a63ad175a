"""What lectures on GANs say, measured.

Its modules import each other relatively: in a clone this package is `benchmarks.lectures`, installed it is
`tfgen.benchmarks.lectures`.
"""
