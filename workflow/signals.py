"""The two synchronous signals of the lifecycle, sent inside the move's own transaction.

`application_moved(sender=Application, application=…, transition=…, mail=MailOptions)`: after the row and its log
are written. A receiver that raises takes the move back.

`undo_asked(sender=Application, transition=…)`: a receiver returns a sentence if the transition can no longer be taken
back (its mail has left), else None.
"""

from django.dispatch import Signal

application_moved = Signal()
undo_asked = Signal()
