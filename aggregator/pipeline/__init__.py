"""The order of the stages: the way of one item through the program.

::

    cycle.run
        store.states                    which sources are due
        | retrieve(source)              fetch + parse, endpoint by endpoint, page by page; in threads
        | take_in(document)             clean, plan, link: RawItem -> Item -> ItemUpdate
        | store.save(update)            one transaction a source; always an update, whatever happened
    outputs.publish
        store.relink                    articles or a linker that changed
        | render                        only feeds whose entries or settings changed
        | sink.write                    only what differs

Exceptions become values here and nowhere else: one bad item costs that item (``intake``), one bad source
costs that source (``retrieve``, ``cycle``).
"""
