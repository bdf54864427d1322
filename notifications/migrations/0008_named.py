from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0007_message_about_one_thing'),
    ]

    operations = [
        migrations.AlterField(
            model_name='choice',
            name='topic',
            field=models.CharField(choices=[('arrived', 'A new application'), ('answered', 'An answer from a candidate'), ('moved', 'A move made by someone else'), ('named', 'A note that mentions me'), ('waiting', 'What waits: promised answers, interviews tomorrow, late tasks, mail in trouble')], max_length=8),
        ),
    ]
