import backend.common.clock
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hiring', '0004_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='posting',
            name='anonymous',
            field=models.BooleanField(default=False, help_text='read without names until an interview was held'),
        ),
        migrations.CreateModel(
            name='ReadingChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_index=True, default=backend.common.clock.now, editable=False)),
                ('anonymous', models.BooleanField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('posting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reading_changes', to='hiring.posting')),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
    ]
