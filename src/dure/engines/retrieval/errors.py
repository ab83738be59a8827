"""What can go wrong in retrieval."""


class RetrievalError(Exception):
    """Any fault of this engine."""


class DictionaryError(RetrievalError):
    """A line of a word list or synonym table cannot be used; the message names the line."""


class AreaError(RetrievalError, ValueError):
    """An area code is neither empty nor 2, 5 or 10 digits."""
