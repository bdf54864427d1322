"""The product's own settings, made quick and quiet where speed is not what is tested."""

import os
import tempfile

os.environ.setdefault("JALON_EMBEDDED", "1")
os.environ.setdefault("SECRET_KEY", "a-key-for-tests-only-0123456789-abcdefghijklmnop")
os.environ.setdefault("LOG_LEVEL", "ERROR")

from backend.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = tempfile.mkdtemp(prefix="jalon-test-media-")
FORM_MIN_SECONDS = 0  # a browser that is driven is quicker than people are
