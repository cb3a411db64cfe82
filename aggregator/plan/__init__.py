"""Decides what a look at a source means: which items are new or changed, and when to look again.

Does not interact with any dependency: it is given what came in and what is stored, and returns values.

``match``     which stored item, if any, a candidate is
``versions``  what a candidate adds to the item that it is
``rhythm``    when the source publishes, and what is to be expected of it
``asked``     what its origin asks of those who come again
``schedule``  when the source is due again
``update``    the one Update that a cycle brings to a source, whatever happened
"""
