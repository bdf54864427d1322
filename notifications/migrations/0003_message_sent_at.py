"""Count what left in the last minute without reading all that ever left."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_intake")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["sent_at"], name="message_sent_at"),
        ),
    ]
