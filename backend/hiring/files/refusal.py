"""A refusal of one file, with a sentence for the person who sent it."""

from django.utils.translation import gettext_lazy as _


class Unsafe(Exception):
    """A file is not taken. `words` is a sentence with a place for the file's name, `%(name)s`."""

    def __init__(self, words: object) -> None:
        super().__init__(str(words))
        self.words = words

    def about(self, name: str) -> str:
        """Give the sentence about the file of this name."""
        return str(self.words) % {"name": name}


NOT_TAKEN = _(
    "“%(name)s” is not a PDF, ODT, DOCX, image (PNG, JPEG, WebP) or plain text. Save it as PDF and try again."
)
OLD_OFFICE = _("“%(name)s” is in an old Office format, or locked by a password. Save it as PDF and try again.")
ARCHIVE = _("“%(name)s” is an archive. Send the files in it one by one.")
PHONE_PICTURE = _("“%(name)s” is a picture in a format that many cannot open. Save it as JPEG or PDF and try again.")
TWO_IN_ONE = _("“%(name)s” is two kinds of file in one. Save it again as PDF and try with that one.")
COMMANDS = _("“%(name)s” holds commands that run when it is opened. Print it to a new PDF and send that one.")
OTHER_FILES = _("“%(name)s” holds another file inside. Save it as PDF and send that file on its own.")
REMOTE = _("“%(name)s” fetches something from another computer when it is opened. Save it as PDF and try again.")
LOCKED = _("“%(name)s” is locked by a password. Send it without one, or as PDF.")
BROKEN = _("“%(name)s” is damaged. Save it again, as PDF if you can, and try once more.")
TOO_LARGE_INSIDE = _("“%(name)s” is far larger inside than it looks. Save it as PDF and try again.")
TOO_MANY_PIXELS = _("“%(name)s” is a picture of more than 50 million points. Make it smaller and try again.")
MOVING = _("“%(name)s” is a moving picture. Send a still one, or a PDF.")
