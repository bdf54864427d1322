"""The synchronous signal of an invitation, sent inside its own transaction.

`invited(sender=Invitation, invitation=…)`: after the row is made; whoever writes the mail listens. A receiver that
raises takes the invitation back.
"""

from django.dispatch import Signal

invited = Signal()
