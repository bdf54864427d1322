"""Secrets of private addresses: derived from a row, so that they are shown again and the database alone opens nothing.

Of each, only a digest is stored, by which its row is found.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.crypto import salted_hmac


def derive(salt: str, pk: UUID | str, key: str) -> str:
    """Give the secret of a row: 160 bits, as 40 hexadecimal digits. Another `key` makes another secret."""
    return salted_hmac(salt, f"{pk}{key}", algorithm="sha256").hexdigest()[:40]


def digest(salt: str, token: str) -> str:
    """Give what is stored of a secret: 64 hexadecimal digits."""
    return salted_hmac(salt + ".digest", token, algorithm="sha256").hexdigest()
