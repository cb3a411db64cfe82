"""The whole job on bundled captures, without a network."""
