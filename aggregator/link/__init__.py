"""Items to the annotations and passages of an article that they bear on."""
