"""The synchronous signal of an erasure, sent inside its own transaction.

`erasing(sender=Candidate, candidate=…, address=…, actor=…)`: after the row is emptied and before the files go;
`address` is the one it had. Whoever holds text about the person empties it; a receiver that raises takes the erasure
back.
"""

from django.dispatch import Signal

erasing = Signal()
