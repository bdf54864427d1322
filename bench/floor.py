"""The floor: the same work with nothing around it.

`Move` runs the statements of one move (token, lock, interviews, last number, log, row, message) as fixed SQL in one
transaction: no rights, no guards in words, no mail composed, no checks of the body. `List` is Django REST framework's
plainest list of 50: a ModelSerializer over a sliced queryset, no token, no filters, no pages, no count.
"""

import hashlib
import uuid
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.hiring.models import Candidate, Posting
from workflow.models import Application

TOKEN = """
    SELECT t.user_id, t.*, u.*, ARRAY(SELECT jsonb_build_object('team', m.team_id, 'role', m.role)
                           FROM accounts_membership m WHERE m.user_id = t.user_id)
    FROM accounts_apitoken t JOIN accounts_user u ON u.id = t.user_id
    WHERE t.digest = %s AND t.revoked_at IS NULL AND u.is_active
"""
LOCK = """
    SELECT a.state, a.state_since, a.answer_by, a.posting_id, p.*, team.*, c.*
    FROM workflow_application a
    JOIN hiring_posting p ON p.id = a.posting_id
    JOIN accounts_team team ON team.id = p.team_id
    JOIN hiring_candidate c ON c.id = a.candidate_id
    WHERE a.id = %s AND p.team_id IN (SELECT team_id FROM accounts_membership)
    FOR UPDATE OF a
"""
INTERVIEWS = "SELECT * FROM workflow_interview WHERE application_id = %s ORDER BY at, id"
NUMBER = "SELECT number FROM workflow_transition WHERE application_id = %s ORDER BY id DESC LIMIT 1"
LOG = """
    INSERT INTO workflow_transition (application_id, posting_id, first, number, action, from_state, to_state,
        actor_kind, actor_id, at, reason, data, notify, was_since, was_answer_by, was_left_state, was_rejection,
        undoes_id)
    VALUES (%s, %s, true, %s, 'interview', 'received', 'interviewed', 'user',
        %s, %s, '', '{}', true, %s, %s, '', '', NULL)
    RETURNING id
"""
ROW = """
    UPDATE workflow_application
    SET state = 'interviewed', answer_by = %s, state_since = %s, left_state = '', rejection = '',
        first_answer = 'in_time', first_answer_at = %s
    WHERE id = %s
"""
MESSAGE = """
    INSERT INTO notifications_message (id, created_at, application_id, direction, kind, transition_id, status, language,
        sender, recipient, subject, body, edited, message_id, in_reply_to, due_at, lease_until, attempts, sent_at,
        answer)
    VALUES (%s, %s, %s, 'out', 'interviewed_candidate', %s, 'held', 'fr', 'Jalon <jalon@localhost.localdomain>',
        'personne@courrier.example', 'Merci pour notre échange', %s, false, %s, '', %s, NULL, 0, NULL, '')
"""
BODY = "Merci pour le temps que vous nous avez accordé. " * 14


class Move(APIView):
    """One move, in as little as it takes."""

    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Move from received to interviewed."""
        digest = hashlib.sha256(request.headers["Authorization"].removeprefix("Bearer ").encode()).hexdigest()
        now, message = timezone.now(), uuid.uuid4()
        with connection.cursor() as cursor:
            cursor.execute(TOKEN, [digest])
            user = cursor.fetchone()[0]
            with transaction.atomic():
                cursor.execute(LOCK, [pk])
                _state, since, answer_by, posting, *_rest = cursor.fetchone()
                cursor.execute(INTERVIEWS, [pk])
                cursor.fetchall()
                cursor.execute(NUMBER, [pk])
                number = cursor.fetchone()[0] + 1
                cursor.execute(LOG, [pk, posting, number, user, now, since, answer_by])
                made = cursor.fetchone()[0]
                cursor.execute(ROW, [answer_by, now, now, pk])
                due = now + timedelta(minutes=5)
                cursor.execute(MESSAGE, [message, now, pk, made, BODY, f"<{message}@localhost.localdomain>", due])
        return Response(
            {
                "id": made,
                "application": str(pk),
                "number": number,
                "action": "interview",
                "from": "received",
                "to": "interviewed",
                "actor_kind": "user",
                "actor": str(user),
                "at": now,
                "reason": "",
                "data": {},
                "notify": True,
                "undoes": None,
            },
            status=201,
        )


class PostingRef(serializers.ModelSerializer[Posting]):
    """The posting, in short."""

    class Meta:
        model = Posting
        fields = ["id", "slug", "title"]


class CandidateRef(serializers.ModelSerializer[Candidate]):
    """The candidate, in short."""

    class Meta:
        model = Candidate
        fields = ["id", "name", "email"]


class Row(serializers.ModelSerializer[Application]):
    """The fields that Jalon's list shows."""

    posting = PostingRef()
    candidate = CandidateRef()
    team: Any = serializers.CharField(source="posting.team.slug")

    class Meta:
        model = Application
        fields = [
            "id",
            "posting",
            "team",
            "candidate",
            "via",
            "state",
            "state_since",
            "left_state",
            "rejection",
            "answer_by",
            "created_at",
        ]


class List(generics.ListAPIView[Application]):
    """Fifty applications."""

    queryset = (
        Application.objects.select_related("posting__team", "candidate")
        .only(
            *[name for name in Row.Meta.fields if name not in ("posting", "team", "candidate")],
            *[f"posting__{name}" for name in PostingRef.Meta.fields],
            *[f"candidate__{name}" for name in CandidateRef.Meta.fields],
            "posting__team__slug",
        )
        .order_by("-created_at", "-id")
    )
    serializer_class = Row
    pagination_class = None

    def filter_queryset(self, queryset: Any) -> Any:
        """Give the first fifty."""
        return queryset[:50]
