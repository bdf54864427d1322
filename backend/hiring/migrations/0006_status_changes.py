"""When postings were opened and closed: a log from now on, begun with what is known of the time before."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import backend.common.clock

# Opened: on the day it was published, at noon where the product is, but before it was closed; else as it was made. Closed: when it last changed,
# unless that was as it was made: of one that came closed nobody knows.
BEGIN = """
INSERT INTO hiring_statuschange (id, created_at, posting_id, status)
SELECT gen_random_uuid(),
       CASE WHEN p.published_on < current_date THEN least(
           (p.published_on + time '12:00') AT TIME ZONE %s,
           CASE WHEN p.status = 'closed' AND p.changed_at > p.created_at + interval '1 minute'
                THEN p.changed_at - interval '1 second' END
       ) ELSE p.created_at END,
       p.id, CASE WHEN p.status = 'draft' THEN 'draft' ELSE 'open' END
FROM hiring_posting p
WHERE p.status <> 'closed' OR p.published_on < current_date OR p.changed_at > p.created_at + interval '1 minute';
INSERT INTO hiring_statuschange (id, created_at, posting_id, status)
SELECT gen_random_uuid(), p.changed_at, p.id, 'closed' FROM hiring_posting p
WHERE p.status = 'closed' AND p.changed_at > p.created_at + interval '1 minute';
"""
KEPT = """
CREATE FUNCTION jalon_status_change_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of status changes is append-only: % refused', TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER jalon_status_change_kept BEFORE UPDATE ON hiring_statuschange
    FOR EACH ROW EXECUTE FUNCTION jalon_status_change_kept();
"""
NOT_KEPT = "DROP TRIGGER jalon_status_change_kept ON hiring_statuschange; DROP FUNCTION jalon_status_change_kept();"


class Migration(migrations.Migration):

    dependencies = [
        ('hiring', '0005_anonymous_reading'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StatusChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_index=True, default=backend.common.clock.now, editable=False)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('closed', 'Closed')], max_length=6)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('posting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='status_changes', to='hiring.posting')),
            ],
            options={
                'ordering': ['created_at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'open', 'closed'])), name='status_change_known')],
            },
        ),
        migrations.RunSQL([(BEGIN, [settings.TIME_ZONE])], migrations.RunSQL.noop),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
