"""`created_equal side-studies`: what the distance itself shows."""

import argparse
import time
from pathlib import Path

from tfgen.cli.arguments import add_command, names, positive, seed
from tfgen.cli.quiet import load_tensorflow
from tfgen.errors import TfgenError

from ..side_studies import FOLDER, SIDE_STUDIES

EXAMPLE = "tfgen benchmark created_equal side-studies sample_size --counts 500,1000 --output side_studies"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the action to the parser."""
    parser = add_command(actions, "side-studies", "measure what the distance itself shows", EXAMPLE)
    entries = SIDE_STUDIES.entries()
    parser.epilog = (
        "studies:\n" + "".join(f"  {each.name:16} {each.summary}\n" for each in entries) + f"\n{parser.epilog}"
    )
    known = [entry.name for entry in entries]
    parser.add_argument("names", nargs="+", metavar="NAME", choices=known, help=f"one or more of {', '.join(known)}")
    parser.add_argument("--dataset", default="fashion_mnist", help="a data set with splits (default: fashion_mnist)")
    parser.add_argument("--image-size", type=positive, help="height and width (default: the data set's own)")
    parser.add_argument("--limit", type=positive, help="random images that are used of each split (default: all)")
    parser.add_argument(
        "--extractor",
        type=names,
        default=[],
        help="names, commas between, as `tfgen evaluate` takes them, or untrained (default: the classifier of the data "
        "set; dropped_classes and extractors take others beside it)",
    )
    parser.add_argument(
        "--counts",
        type=_counts,
        help="numbers of images of either side, commas between; sample_size measures each, the others the largest",
    )
    parser.add_argument("--repeats", type=positive, help="how often each is drawn anew (default: the study's own)")
    parser.add_argument("--seed", type=seed, default=0, help="of all that is drawn (default: 0)")
    parser.add_argument("--models", type=names, help="checkpoints or runs, commas between (default: of the zoo)")
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")
    parser.add_argument("--output", type=Path, help="a folder (default: side_studies)")
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> None:
    """Measures the studies that are named, one after another."""
    load_tensorflow()
    from ..side_studies.finished import write
    from ..side_studies.opening import open_extractors, open_generators, open_split
    from ..side_studies.study import Findings, Setting

    output = asked.output or Path(FOLDER)
    output.mkdir(parents=True, exist_ok=True)
    where = {"data_dir": asked.data_dir, "image_size": asked.image_size, "limit": asked.limit}
    training, test = (open_split(asked.dataset, split, **where) for split in ("train", "test"))
    failures = []
    for name in dict.fromkeys(asked.names):
        began = time.perf_counter()
        study = SIDE_STUDIES.get(name)()
        try:
            setting = Setting(
                training,
                test,
                open_extractors(study.extractor_names(asked.extractor, test), test, asked.seed),
                asked.counts or study.default_counts(training, test),
                asked.repeats or study.repeats,
                asked.seed,
                open_generators(study.generator_names(asked.models, test), test, asked.seed),
            )
            rows = study.measure(setting)
        except TfgenError as error:
            failures.append(f"{name}: {error}")
            continue
        seconds = round(time.perf_counter() - began, 1)
        findings = Findings({**setting.protocol(), "settings": dict(study.settings), "seconds": seconds}, rows)
        text = study.describe(findings)
        write(output, name, study.title, text, study.draw(findings), *findings)
        print(f"{study.title}\n\n{text}\n\nwritten: {output / name}.json, .png, .md\n", flush=True)
    if failures:
        raise TfgenError("; ".join(failures))


def _counts(text: str) -> list[int]:
    return sorted({positive(count) for count in names(text)})
