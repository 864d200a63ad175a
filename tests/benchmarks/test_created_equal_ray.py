"""The same study on a Ray cluster of two nodes, one of which is lost on the way."""

import time
from pathlib import Path

import pytest
from tiny_study import pictures, tiny_table

from benchmarks.created_equal.driver import run_study
from benchmarks.created_equal.rows import outcome
from benchmarks.created_equal.runners.local import LocalRunner
from benchmarks.created_equal.runners.ray_cluster import RayRunner
from benchmarks.created_equal.spec import make_spec
from benchmarks.created_equal.store import Store

pytestmark = pytest.mark.slow


def outcomes(folder: Path) -> list[dict]:
    return [outcome(row) for row in Store(folder).rows()]


def test_a_lost_node_changes_no_row(tmp_path):
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'tfgen[cluster]'")
    from ray.cluster_utils import Cluster

    table = tiny_table(pictures(tmp_path / "pictures"))
    table["phases"][0]["configurations"] = 6
    table["datasets"]["pictures"] |= {"steps": 400, "score_every": 200}
    log = tmp_path / "made.txt"

    def made() -> int:
        return len(log.read_text().splitlines())

    table["methods"]["ns_gan"]["model"] = {"name": "own_gan:CountedGAN", "log": str(log)}
    spec = make_spec(table)
    run_study(spec, tmp_path / "local", LocalRunner(spec, tmp_path / "local", workers=1))
    undisturbed = made()

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    lost = cluster.add_node(num_cpus=1)

    class Losing(RayRunner):
        """Loses a node after three rows, in the middle of what runs on it."""

        rows = 0

        def run(self, trials):
            for row in super().run(trials):
                Losing.rows += 1
                if Losing.rows == 3:
                    # Until both nodes are in the middle of one: the check made one, too.
                    deadline = time.monotonic() + 60
                    while made() < undisturbed + 1 + 3 + 2 and time.monotonic() < deadline:
                        time.sleep(0.01)
                    cluster.remove_node(lost, allow_graceful=False)
                yield row

    try:
        assert run_study(spec, tmp_path / "ray", Losing(spec, cluster.address)) == []
    finally:
        cluster.shutdown()
    assert Losing.rows == 16
    # What ran on the lost node was made once more.
    assert made() > 2 * undisturbed
    assert outcomes(tmp_path / "ray") == outcomes(tmp_path / "local")
