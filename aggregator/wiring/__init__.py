"""The composition root: from Settings to the adapters that the pipeline works with, and what is done with them."""

from aggregator.wiring.asking import explain, feed_paths, linked, page_paths, scores, states, status
from aggregator.wiring.running import Report, forget, judge, publish, run
from aggregator.wiring.trying import original, probe, propose, trial

__all__ = [
    "Report",
    "explain",
    "feed_paths",
    "forget",
    "judge",
    "linked",
    "original",
    "page_paths",
    "probe",
    "propose",
    "publish",
    "run",
    "scores",
    "states",
    "status",
    "trial",
]
