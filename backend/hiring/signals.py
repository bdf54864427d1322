"""The synchronous signal of an erasure, sent inside its own transaction.

`erasing(sender=Candidate, candidate=…, actor=…)`: after `erased_at` is set and before the files go. Whoever holds text
about the person empties it; a receiver that raises takes the erasure back.
"""

from django.dispatch import Signal

erasing = Signal()
