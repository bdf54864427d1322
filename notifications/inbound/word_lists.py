"""Lists of words as they are written in the modules of this package."""


def word_set(text: str) -> frozenset[str]:
    """Give the words of a text, each once."""
    return frozenset(text.split())
