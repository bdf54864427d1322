import backend.common.clock
import django.db.models.deletion
import uuid
import workflow.models.views
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hiring', '0005_anonymous_reading'),
        ('workflow', '0012_log_indexed_for_reports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DocumentView',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_index=True, default=backend.common.clock.now, editable=False)),
                ('day', models.DateField(default=workflow.models.views.today)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='document_views', to='workflow.application')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='views', to='hiring.document')),
            ],
            options={
                'ordering': ['created_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('application', 'document', 'by', 'day'), name='document_view_once_a_day')],
            },
        ),
    ]
