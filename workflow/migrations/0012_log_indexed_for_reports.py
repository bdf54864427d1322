"""The log’s own number carries what reports read of a move, and what reached a late stake is found by its time."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workflow', "0011_mentions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='transition',
            name='transition_number',
        ),
        migrations.AlterField(
            model_name='transition',
            name='application',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='workflow.application'),
        ),
        migrations.AddIndex(
            model_name='transition',
            index=models.Index(condition=models.Q(("action", "contract"), ("action", "onboard"), _connector="OR"), fields=['at'], include=('application', 'id', 'to_state'), name='transition_stakes'),
        ),
        migrations.AddConstraint(
            model_name='transition',
            constraint=models.UniqueConstraint(fields=('application', 'number'), include=('id', 'action', 'to_state', 'at'), name='transition_number'),
        ),
    ]
