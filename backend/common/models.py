"""What every table shares."""

import uuid

from django.db import models

from backend.common import clock


class Row(models.Model):
    """A row with an unguessable identifier and the time it was made."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False, db_index=True)

    class Meta:
        abstract = True
