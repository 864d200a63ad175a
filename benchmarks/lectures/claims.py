"""What lectures claim about GANs, measured: `python -m tfgen.benchmarks.lectures.claims --output docs`.

Writes a list of what was found and a picture of six panels into the folder's `methods.md` and `images/`.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from tfgen.data.progress import progress
from tfgen.files import atomic_path

from . import (
    disjoint_supports,
    inner_loop,
    optimal_discriminator,
    vanishing_gradients,
    weight_clipping,
)
from .page import write_part

EXAMPLE = """example, six minutes of one processor core:
  python -m tfgen.benchmarks.lectures.claims --output docs"""


class Claim(NamedTuple):
    """Something that lectures say.

    Attributes:
        text: The claim, with where it comes from.
        measure: Measures it.
        summary: What was found, in words, given what was measured.
        panels: Each draws a part of it: takes matplotlib's axes and what was measured.
    """

    text: str
    measure: Callable[[], Any]
    summary: Callable[[Any], str]
    panels: tuple[Callable[[Any, Any], None], ...]


CLAIMS = (
    Claim(
        "The minimax generator's gradient dies as the discriminator improves, the non-saturating one's does not "
        "(Goodfellow et al. 2014, section 3; Arjovsky and Bottou 2017, figure 2).",
        vanishing_gradients.measure,
        vanishing_gradients.summary,
        (vanishing_gradients.draw,),
    ),
    Claim(
        "Where supports are disjoint, the Jensen-Shannon divergence is log 2 at any distance, and the Wasserstein "
        "distance falls with it (Arjovsky et al. 2017, example 1).",
        disjoint_supports.measure,
        disjoint_supports.summary,
        (disjoint_supports.draw,),
    ),
    Claim(
        "The optimal discriminator is $p_r / (p_r + p_g)$, and 1/2 where $p_g = p_r$ (Goodfellow et al. 2014, "
        "proposition 1 and theorem 1).",
        lambda: (optimal_discriminator.measure_fixed(), optimal_discriminator.measure_trained()),
        lambda found: optimal_discriminator.summary(*found),
        (
            lambda axes, found: optimal_discriminator.draw_fixed(axes, found[0]),
            lambda axes, found: optimal_discriminator.draw_trained(axes, found[1]),
        ),
    ),
    Claim(
        "Clipping drives a critic's weights to the bounds, a gradient penalty does not (Gulrajani et al. 2017, figure "
        "1b).",
        weight_clipping.measure,
        weight_clipping.summary,
        (weight_clipping.draw,),
    ),
    Claim(
        "A generator that is trained much more often than the discriminator loses modes (Goodfellow et al. 2014, "
        'section 6, "the Helvetica scenario").',
        inner_loop.measure,
        inner_loop.summary,
        (inner_loop.draw,),
    ),
)


def main() -> None:
    """Measures all claims, then writes the list and the picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=Path("docs"), help="folder of methods.md (default: docs)")
    output = parser.parse_args().output

    found = [claim.measure() for claim in progress(CLAIMS, "Measuring claims", len(CLAIMS))]
    lines = [
        f"{number}. {claim.text} **Measured:** {claim.summary(value)}."
        for number, (claim, value) in enumerate(zip(CLAIMS, found, strict=True), 1)
    ]
    panels = [(panel, value) for claim, value in zip(CLAIMS, found, strict=True) for panel in claim.panels]
    figure = Figure(figsize=(15, 8), layout="constrained")
    for place, (panel, value) in zip(figure.subplots(2, 3).flat, panels, strict=True):
        panel(place, value)
    with atomic_path(output / "images" / "methods_claims.png") as temporary:
        figure.savefig(temporary, dpi=80)
    write_part(output / "methods.md", "claims", lines)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
