from django.db import migrations, models

NUMBER = """
    UPDATE workflow_application a SET number = n.number
    FROM (SELECT id, row_number() OVER (PARTITION BY posting_id ORDER BY created_at, id) AS number
          FROM workflow_application) n
    WHERE n.id = a.id
"""
MET = """
    UPDATE workflow_application a SET met_at = i.at
    FROM (SELECT application_id, min(at) AS at FROM workflow_interview WHERE status = 'held' GROUP BY application_id) i
    WHERE i.application_id = a.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('hiring', '0005_anonymous_reading'),
        ('workflow', '0007_evaluations'),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='met_at',
            field=models.DateTimeField(editable=False, help_text='when the first interview was noted as held', null=True),
        ),
        migrations.AddField(
            model_name='application',
            name='number',
            field=models.PositiveIntegerField(editable=False, help_text='its place among those for the posting, from 1', null=True),
        ),
        migrations.RunSQL(f"{NUMBER}; {MET}; SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='application',
            name='number',
            field=models.PositiveIntegerField(editable=False, help_text='its place among those for the posting, from 1'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(fields=('posting', 'number'), name='application_number_once'),
        ),
    ]
