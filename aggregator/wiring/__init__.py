"""The composition root: from Settings to the adapters that the pipeline works with, and what is done with them."""

from aggregator.wiring.adapters import alone
from aggregator.wiring.asking import due, explain, feed_paths, linked, page_paths, prepared, scores, states, status
from aggregator.wiring.desk import StoreDesk
from aggregator.wiring.engine import Engine, Report, Stops
from aggregator.wiring.running import forget, judge, publish, run
from aggregator.wiring.trying import original, probe, propose, trial
from aggregator.wiring.upkeep import keep_up, maintain

__all__ = [
    "Engine",
    "Report",
    "Stops",
    "StoreDesk",
    "alone",
    "due",
    "explain",
    "feed_paths",
    "forget",
    "judge",
    "keep_up",
    "linked",
    "maintain",
    "original",
    "page_paths",
    "prepared",
    "probe",
    "propose",
    "publish",
    "run",
    "scores",
    "states",
    "status",
    "trial",
]
