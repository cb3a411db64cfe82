"""What is seen of a run: events in the log, for people or for collectors, a progress bar, and metrics.

Does not decide anything and never fails a run.  The pure stages do not log.
"""

from aggregator.observe.events import Event, canonical, printable, told
from aggregator.observe.log import FORMS, Form, configure, defects, hush, warn
from aggregator.observe.observers import LogObserver, Observers
from aggregator.observe.repeats import ANSWER

__all__ = [
    "ANSWER",
    "FORMS",
    "Event",
    "Form",
    "LogObserver",
    "Observers",
    "canonical",
    "configure",
    "defects",
    "hush",
    "printable",
    "told",
    "warn",
]
