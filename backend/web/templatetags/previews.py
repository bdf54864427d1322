"""What lists of files ask about each."""

from django import template

from backend.web import previews

register = template.Library()
register.filter("can_show", previews.can_show)
