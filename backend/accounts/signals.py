"""The synchronous signal for somebody of a team who has to be told, sent inside the caller's own transaction.

`notice_wanted(sender=…, team_told=…, user=…, key=…, words={…})`: a notice of that key is to leave to `user` if they
are of the team, else to its members. `words` fill its sentences; those that are our own are translated there.
"""

from django.dispatch import Signal

notice_wanted = Signal()
