"""Keeps items, versions, links and the state of sources: one adapter of ``aggregator.ports.Store`` a database.

``sqlite`` is the adapter; ``database`` opens the file and turns its errors into ``StoreError``; ``states``,
``looking``, ``saving``, ``linking``, ``entries``, ``archives``, ``health``, ``publication`` and ``retention`` hold the
SQL, in the order in which a cycle needs it; ``rows`` turns values into columns and back; ``lock`` keeps a second run
away.

It does not decide anything: what is new, changed or due is ``aggregator.plan``'s to say.
"""
