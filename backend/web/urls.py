"""Addresses of the pages."""

from django.urls import path
from django.views.i18n import set_language

from backend.web.views import (
    application,
    board,
    candidate,
    editor,
    feeds,
    home,
    mailbox,
    moves,
    outbox,
    postings,
    records,
    system,
    triage,
)

urlpatterns = [
    # Anybody
    path("", postings.postings, name="postings"),
    path("p/<slug:slug>/", postings.posting, name="posting"),
    path("p/<slug:slug>/thanks/", postings.thanks, name="thanks"),
    path("privacy/", postings.privacy, name="privacy"),
    path("feed.atom", feeds.feed, name="feed"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("language/", set_language, name="set_language"),
    # The candidate, by their link
    path("c/<str:token>/", candidate.candidate, name="candidate"),
    path("c/<str:token>/withdraw/", candidate.withdraw, name="candidate_withdraw"),
    path("c/<str:token>/documents/<uuid:doc>/", candidate.document, name="candidate_document"),
    # The team
    path("home/", home.home, name="home"),
    path("teams/", home.teams, name="teams"),
    path("account/", home.account, name="account"),
    path("team/<slug:slug>/", board.board, name="board"),
    path("team/<slug:slug>/list/", board.applications, name="applications"),
    path("team/<slug:slug>/postings/", editor.postings, name="team_postings"),
    path("team/<slug:slug>/postings/new/", editor.new, name="posting_new"),
    path("team/<slug:slug>/postings/<slug:posting>/edit/", editor.edit, name="posting_edit"),
    path("team/<slug:slug>/postings/<slug:posting>/status/", editor.status, name="posting_status"),
    path("team/<slug:slug>/postings/<slug:posting>/source/", editor.source, name="posting_source"),
    path("a/<uuid:pk>/", application.application, name="application"),
    path("a/<uuid:pk>/summary.pdf", application.summary, name="summary"),
    path("a/<uuid:pk>/documents/<uuid:doc>/", application.document, name="document"),
    path("a/<uuid:pk>/move/", moves.move, name="move"),
    path("a/<uuid:pk>/undo/", moves.undo, name="undo"),
    path("a/<uuid:pk>/note/", records.note, name="note"),
    path("a/<uuid:pk>/interviews/", records.interview, name="interview"),
    path("a/<uuid:pk>/interviews/<uuid:interview>/", records.interview_settle, name="interview_settle"),
    path("a/<uuid:pk>/terms/", records.terms, name="terms"),
    path("a/<uuid:pk>/tasks/", records.task, name="task"),
    path("a/<uuid:pk>/tasks/usual/", records.tasks_usual, name="tasks_usual"),
    path("a/<uuid:pk>/tasks/<uuid:task>/", records.task_tick, name="task_tick"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<uuid:pk>/edit/", moves.letter_edit, name="letter_edit"),
    path("outbox/<uuid:pk>/send/", moves.letter_send, name="letter_send"),
    path("outbox/<uuid:pk>/discard/", moves.letter_discard, name="letter_discard"),
    path("outbox/<uuid:pk>/settle/", moves.letter_settle, name="letter_settle"),
    path("triage/", triage.triage, name="triage"),
    path("triage/<uuid:pk>/", triage.settle, name="triage_settle"),
    # The instance
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/<uuid:pk>/", mailbox.item, name="mailbox_item"),
    path("mailbox/<uuid:pk>/html/", mailbox.html, name="mailbox_html"),
    path("robots.txt", system.robots, name="robots"),
    path("healthz", system.healthz, name="healthz"),
    path("readyz", system.readyz, name="readyz"),
    path("metrics", system.metrics, name="metrics"),
]
