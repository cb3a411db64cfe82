"""The daemon: the cycle of ``run`` whenever a source is due, and serving, until it is told to end.

::

    main thread     signals, the configuration's files, the machine's clock, the service manager   (service)
    scheduler       lets the worker tick                                                            (ticking)
    worker          one job at a time: a cycle where one is due, maintenance                        (work)
    server          answers requests                                                                (aggregator.web)

Decides nothing: who is due is in the store, what a cycle does is the pipeline's.
"""
