"""Serves what is published, and pages for operators.

::

    server          uvicorn in a thread of its own
    connection      one client, and how long it may take (``limits``)
    asgi            what the server calls for a request
    app             Request -> Answer, at once or by a worker
    | paths         which file is meant; nothing outside of the folder
    | files         the file as it is now, from memory where it is known
    | preconditions does the client have it, which part does it want
    | policy        what is said with each kind of file
    refusals        answers without a document

``message`` is what goes between them; ``desk`` is what the server asks of the program around it.
"""

from __future__ import annotations

from aggregator.web.desk import Desk
from aggregator.web.limits import Limits
from aggregator.web.server import Server, serving

__all__ = ["Desk", "Limits", "Server", "serving"]
