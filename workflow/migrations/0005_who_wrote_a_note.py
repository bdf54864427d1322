"""A note says whose words it holds. Until now those without an author passed for the candidate's."""

from django.db import migrations, models
from django.db.models import Q


def sort_notes(apps, schema_editor):
    """Give the candidate what is theirs; what a colleague wrote by e-mail stays the team's, what mail servers say is ours."""
    rows = apps.get_model("workflow", "Note").objects.filter(author=None)
    by_mail = Q(text__startswith="By e-mail, as ") | Q(text__startswith="Par courriel, au nom de ")
    by_machine = Q(text__startswith="Our mail to ") | Q(text__startswith="Notre courriel ")
    rows.filter(by_machine).update(source="machine")
    rows.exclude(by_mail | by_machine).update(source="candidate")


class Migration(migrations.Migration):
    dependencies = [("workflow", "0004_erasure")]

    operations = [
        migrations.AddField(
            model_name="note",
            name="source",
            field=models.CharField(
                choices=[("team", "the team"), ("candidate", "the candidate"), ("machine", "Jalon itself")],
                default="team",
                max_length=9,
            ),
        ),
        migrations.RunPython(sort_notes, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(("author__isnull", True), ("source", "team"), _connector="OR"),
                name="note_author_is_team",
            ),
        ),
    ]
