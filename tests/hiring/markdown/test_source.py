"""Bytes in, front matter and body out, or a reason."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.hiring.markdown import source
from backend.hiring.markdown.refusal import SourceRefused

POSTING = "---\nroles: Développeuse·eur\nopen: true\n---\n\n# Marées\n\nL’équipe.\n"


def refusal(data: bytes) -> str:
    with pytest.raises(SourceRefused) as caught:
        source.parse(data)
    return caught.value.reason


@pytest.mark.parametrize(
    "data",
    [
        POSTING.encode(),
        b"\xef\xbb\xbf" + POSTING.encode(),
        POSTING.replace("\n", "\r\n").encode(),
        POSTING.encode("cp1252"),
        ("\n\n" + POSTING).encode(),
        POSTING.replace("---\n", "---  \n").encode(),
    ],
    ids=["utf-8", "mark", "crlf", "windows", "blank lines above", "blanks after the fence"],
)
def test_parse_reads_every_encoding_alike(data):
    posting = source.parse(data)
    assert posting.front == {"roles": "Développeuse·eur", "open": True}
    assert posting.body == "\n# Marées\n\nL’équipe.\n"


def test_parse_keeps_scalars_json_able():
    front = source.parse(
        b"---\ndate: 2021-11-15T14:39:54.406Z\nday: 2022-7-2\nhour: 12:30\nphone: 0612345678\nnone:\n"
        b"big: 123456789012345678901234567890\nnan: .nan\nrate: 450.5\nyes: no\n2021: x\nlist:\n  - 2022-01-01\n---\n"
    ).front
    assert json.loads(json.dumps(front, allow_nan=False)) == {
        "date": "2021-11-15T14:39:54.406Z",
        "day": "2022-07-02",
        "hour": "12:30",
        "phone": "0612345678",
        "none": None,
        "big": "123456789012345678901234567890",
        "nan": ".nan",
        "rate": 450.5,
        "yes": False,
        "2021": "x",
        "list": ["2022-01-01"],
    }


def test_parse_accepts_a_heading_above_the_front_matter():
    posting = source.parse(b"# Marees recrute\n\n---\nroles: dev\n---\nBonjour\n")
    assert (posting.front, posting.body) == ({"roles": "dev"}, "# Marees recrute\n\nBonjour\n")


def test_parse_accepts_a_front_matter_that_is_not_closed():
    posting = source.parse(b"---\nroles: dev\nopen: true\n\n# La mission\n\nBonjour\n\n---\n\nFin\n")
    assert posting.front == {"roles": "dev", "open": True}
    assert posting.body == "\n# La mission\n\nBonjour\n\n---\n\nFin\n"


def test_parse_accepts_tabs_and_a_key_said_twice_alike():
    assert source.parse(b"---\nroles:\tdev\nopen: true\nopen: true\n---\n").front == {"roles": "dev", "open": True}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        ("# Marées\n\nBonjour\n".encode(), "no front matter"),
        ("# Marées\n---\nnote: ceci n'est qu'un filet\n---\n".encode(), "no front matter"),
        (b"Bonjour\n---\nroles: dev\n---\n", "no front matter"),
        (b"---\n---\nBonjour\n", "front matter is empty"),
        (b"---\n- roles\n---\n", "not a list of"),
        (b"---\nroles: dev : lead\n---\n", "line 2"),
        (b"---\nopen: true\nroles: 'dev\n---\n", "not valid YAML"),
        (b"---\nroles: dev\nopen: true\nroles: lead\n---\n", "“roles” twice"),
        (b"---\nroles: *dev\n---\n", "alias"),
        (b"---\nroles: &a [x]\ntechno: [*a, *a]\n---\n", "alias"),
        (b"---\nroles: !!python/object/apply:os.system [ls]\n---\n", "tag"),
        (b"---\nroles: !!binary aGVsbG8=\n---\n", "tag"),
        (b"---\n? [a, b]\n: c\n---\n", "key that is a list"),
        (b"---\nroles: " + b"[" * 5000 + b"\n---\n", "deep"),
        (b"---\nroles: a\x07b\n---\n", "control characters"),
        (b"---\nhumeur: joyeuse\nBonjour\n", "never closed"),
        (b"---\nroles: " + b"x" * 40_000 + b"\n---\n", "longer than 32 kB"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "not a text file"),
        (POSTING.encode("utf-16"), "UTF-16"),
        (POSTING.encode() + b"x" * 3_000_000, "larger than 512 kB"),
    ],
)
def test_refusals_say_what_is_wrong(data, words):
    assert words in refusal(data)


def test_unclosed_front_matter_without_a_posting_s_key_is_refused():
    assert "never closed" in refusal(b"---\nhumeur: joyeuse\n\nBonjour\n")


def test_read_file_refuses_what_cannot_be_opened(tmp_path):
    with pytest.raises(SourceRefused, match="folder"):
        source.read_file(tmp_path)
    with pytest.raises(SourceRefused, match="cannot be opened"):
        source.read_file(tmp_path / "nothing.md")


def test_a_yaml_bomb_is_refused_at_once():
    levels = "".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]\n" for n in range(1, 30))
    before = time.monotonic()
    assert "alias" in refusal(f"---\nk0: &k0 x\n{levels}---\n".encode())
    assert time.monotonic() - before < 1


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    for document in (data, b"---\n" + data + b"\n---\n", b"---\nroles: " + data + b"\n---\n"):
        try:
            json.dumps(source.parse(document).front, allow_nan=False)
        except SourceRefused as refused:
            assert refused.reason.endswith(".")


@settings(deadline=None)
@given(st.text(alphabet="abc:-#'\"[]{}&*!|>%@`,?\n \t0123", max_size=200))
def test_any_yaml_is_read_or_refused(text):
    try:
        json.dumps(source.parse(f"---\n{text}\n---\n".encode()).front, allow_nan=False)
    except SourceRefused as refused:
        assert refused.reason.endswith(".")
