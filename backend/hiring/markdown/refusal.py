"""The one way a posting's file is turned down."""


class SourceRefused(Exception):
    """A file that cannot be read as a posting; `reason` is one or two sentences that say what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
