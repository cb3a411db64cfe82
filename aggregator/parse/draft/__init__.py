"""Drafts of endpoints for documents that declare nothing: a listing page's selectors, a JSON answer's expressions.

A draft is a proposal, for a person to look at.  It is made from what repeats in the document, tried on the document by
the very readers that a run uses, and comes with the count of what they found.
"""
