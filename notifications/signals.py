"""The synchronous signal of delivery, sent in the transaction that writes what became of a mail.

`in_trouble(sender=Message, message=…)`: it was refused, perhaps sent, or came back: a person has to look at it.
"""

from django.dispatch import Signal

in_trouble = Signal()
