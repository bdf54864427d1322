"""Synchronous signals for those who have to be told, sent inside the caller's own transaction.

`invited(sender=Invitation, invitation=…)`: after the row is made; whoever writes the mail listens. A receiver that
raises takes the invitation back.
`notice_wanted(sender=…, team_told=…, user=…, key=…, words={…})`: a notice of that key is to leave to `user` if they
are of the team, else to its members. `words` fill its sentences; those that are our own are translated there.
"""

from django.dispatch import Signal

invited = Signal()
notice_wanted = Signal()
