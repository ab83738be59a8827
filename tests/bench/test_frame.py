from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bench import _frame, _measure
from launcher import benches
from launcher.say import Stop

ROOT = Path(__file__).resolve().parents[2]

SMALL = """
import os, subprocess
from bench._measure import apart, latencies, percentiles, row
TITLE = "small"
PEERS = ["pytest==9.2.0"]
def work(size):
    print("noise of ours")
    subprocess.run(["echo", "noise of a child"])
    return sum(bytearray(size))
def run(*, quick=False):
    measured = apart(work, 20_000_000 if quick else 200_000_000)
    p50, p99 = percentiles(latencies(abs, range(100)))
    rows = [row("sum", "dure", 5, cpu_s=measured.cpu_s, peak_mib=measured.peak_mib, p50_ms=p50, p99_ms=p99,
                quality={"right": 1.0}), row("sum", "peer 1.0", 5, wall_s=2.0)]
    return {"rows": rows, "ratios": {"sum": 2.0}, "notes": ["a note"]}
"""


def run_small(tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """A bench that is found beside the real ones."""
    (tmp_path / "small_bench_for_test.py").write_text(SMALL)
    (tmp_path / "sitecustomize.py").write_text(f"import bench; bench.__path__.append({str(tmp_path)!r})")
    argv = [sys.executable, "-m", "bench._frame", "small_bench_for_test", *options]
    env = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    return subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True)


def test_json_is_one_object_and_nothing_else(tmp_path: Path) -> None:
    done = run_small(tmp_path, "--json", "--quick")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert list(report) == ["bench", "machine", "rows", "ratios", "notes"]
    assert set(report["machine"]) == {"cpu", "cores", "memory_gib", "system", "python", "load_before"}
    assert [tuple(row) for row in report["rows"]] == [_measure.FIELDS] * 2
    assert report["rows"][0]["peak_mib"] > 19
    assert report["rows"][0]["wall_s"] is None
    assert report["ratios"] == {"sum": 2.0}
    assert report["notes"] == ["a note", "peers: pytest 9.2.0"]
    assert "noise of ours" in done.stderr
    assert "noise of a child" in done.stderr


def test_the_table_leaves_out_what_nobody_measured() -> None:
    rows = [_measure.row("c", "dure", 1200, wall_s=1234.5, quality={"ndcg": 0.75}), _measure.row("c", "peer", 3)]
    about = {"cpu": "x", "cores": 2, "memory_gib": 4.0, "python": "3.11"}
    text = _frame.table({"rows": rows, "ratios": {"c": 3.0}, "notes": ["n"], "machine": about})
    head = text.splitlines()[0].split()
    assert head == ["case", "system", "n", "wall_s", "ndcg"]
    assert "1,200" in text
    assert "peer ÷ dure = 3" in text


@pytest.mark.parametrize(
    "result",
    [
        {"rows": [], "ratios": {}},
        {"rows": [{"case": "c"}], "ratios": {}, "notes": []},
        {"rows": [], "ratios": {"c": 1.0}, "notes": []},
    ],
)
def test_a_result_of_another_shape_is_refused(result: dict) -> None:
    with pytest.raises(ValueError, match="bench small"):
        _frame.checked("small", result)


def test_percentiles() -> None:
    assert _measure.percentiles([i / 1000 for i in range(1, 101)]) == (50.0, 99.0)
    assert _measure.percentiles([0.002]) == (2.0, 2.0)
    with pytest.raises(ValueError, match="no latencies"):
        _measure.percentiles([])


def _fails() -> None:
    raise KeyError("inside")


def test_a_failure_apart_is_a_failure_here() -> None:
    with pytest.raises(RuntimeError, match="inside"):
        _measure.apart(_fails)
    with pytest.raises(RuntimeError, match="died with code"):
        _measure.apart(os._exit, 3)


def test_every_bench_says_what_it_is_and_pins_its_peers() -> None:
    for path in benches.FOLDER.glob("[!_]*.py"):
        found = benches.constants(path)
        assert found["TITLE"]
        assert all("==" in peer for peer in found["PEERS"]), f"{path.name}: peers are pinned"


def test_a_bench_without_a_literal_title_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text("PEERS = []\nTITLE = str(1)\n")
    with pytest.raises((Stop, ValueError)):
        benches.constants(tmp_path / "b.py")
