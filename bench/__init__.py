"""Benchmarks beside the best peers: `./dure bench NAME`.

A bench is a module with three things:

    TITLE = "one line that says what is measured"
    PEERS = ["geopandas==1.1.3"]        # pinned; installed on demand into .bench-venv, never into the product
    def run(*, quick: bool = False) -> dict:
        return {"rows": [row(…), …], "ratios": {"CASE": peer / dure}, "notes": ["what to know when reading this"]}

TITLE and PEERS must be literals: they are read before the peers are installed. `quick` takes small inputs, so that a
test can prove that the bench runs. bench/_measure.py has `row`, `apart`, `timed` and `percentiles`.
"""
