"""Tags of the public pages: what machines read in their heads."""

from django import template

from backend.web import jobposting

register = template.Library()
register.filter("jsonld", jobposting.script)
register.simple_tag(jobposting.share_image, name="share_image")
