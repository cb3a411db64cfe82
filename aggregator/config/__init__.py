"""The configuration: its values, its files, its schema."""
