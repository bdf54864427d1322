"""Pages of lists: by cursor, so that rows that arrive meanwhile are neither skipped nor shown twice."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """50 rows a page by default, at most 200; newest first; `next` and `previous` are addresses."""

    ordering = ("-created_at", "id")
    page_size_query_param = "page_size"
    max_page_size = 200
