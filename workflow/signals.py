"""The synchronous signals of the lifecycle, sent inside the caller's own transaction.

`application_moved(sender=Application, application=…, transition=…, mail=MailOptions)`: after the row and its log
are written. A receiver that raises takes the move back.

`undo_asked(sender=Application, transition=…)`: a receiver returns a sentence if the transition can no longer be taken
back (its mail has left), else None.

`letter_wanted(sender=Application, application=…, key=…, address="", language="", interview=None, by=None,
…)`: a mail of
the catalogue that belongs to no move is to leave, to the candidate or to `address`, where `language` is read; it may be
about an interview, and be signed `by` a user. `ending`: the move that called for it, with which it waits (for `hold`
seconds, or as long as is usual); `again`: only to somebody whom an earlier mail about the interview has left for.

`people_mentioned(sender=Note, note=…, people=[User, …])`: a note names people of the team.
"""

from django.dispatch import Signal

application_moved = Signal()
undo_asked = Signal()
letter_wanted = Signal()
people_mentioned = Signal()
