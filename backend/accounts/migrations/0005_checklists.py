from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_calendar_feed'),
    ]

    operations = [
        migrations.AddField(
            model_name='team',
            name='checklist',
            field=models.JSONField(blank=True, default=list, help_text='own template of the onboarding checklist'),
        ),
        migrations.AddField(
            model_name='incubator',
            name='checklist',
            field=models.JSONField(blank=True, default=list, help_text='template for its teams that have none'),
        ),
    ]
