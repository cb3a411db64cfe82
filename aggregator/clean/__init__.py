"""Raw items to items: what we stand behind."""
