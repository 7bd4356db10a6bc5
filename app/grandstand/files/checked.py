"""JSON from files as typed structs: msgspec checks every value while it reads, and this says where one is wrong.

Any thread. Unknown fields are skipped without being kept, so a file costs little more memory than its own size.
"""

from __future__ import annotations

import contextlib
import json
import re
from typing import Annotated, Any, TypeVar

import msgspec

from grandstand.files.reading import Unreadable
from grandstand.plain import plain_table

T = TypeVar("T")
Number = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)] | float
"""Finite; whole numbers stay whole, up to where a float still tells one from the next."""
Count = Annotated[int, msgspec.Meta(ge=0, le=10**9)]
Amount = Annotated[int, msgspec.Meta(ge=0, le=2**53)] | Annotated[float, msgspec.Meta(ge=0)]
"""A number that is not negative."""

_Scalar: Any = str | bool | Number
_WORDS = {
    "int": "a whole number", "float": "a number", "int | float": "a number", "str": "text", "bool": "true or false",
    "array": "a list", "object": "a table of names and values", "null": "nothing",
}  # fmt: skip
_EXPECTED = re.compile(r"^Expected `([^`]+)`(.*?)(?:, got (?:`([^`]+)`|.*))?$", re.S)
_BYTE = re.compile(r" \(byte (\d+)\)$")
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|-?Infinity|NaN', re.S)
_ODD = (b"NaN", b"Infinity", b"\\ud", b"\\uD")
_LONGEST = 300
_MOST_ODD = 200_000


class Table(msgspec.Struct, frozen=True, gc=False):
    """What all structs of files share: fields that are not known are passed over."""


def decode(data: bytes, kind: type[T], what: str, where: str = "") -> T:
    """``data`` as ``kind``. ``what`` names it, with its article: 'a comparison'; ``where`` is its place, in what it
    is a part of. Raises Unreadable.

    Python's json, which wrote older files, also writes NaN, Infinity and halves of surrogate pairs, which are not
    JSON: the first two are read as nothing, the last as '?'.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("it is not UTF-8 text. Save it as UTF-8.")
    try:
        try:
            return msgspec.json.decode(data, type=kind)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            if not any(odd in data for odd in _ODD):
                raise
            data = bytes(_mended(data))
            return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as problem:
        raise Unreadable(f"it cannot be read as {what}: {explained(problem, where)}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise Unreadable(f"it cannot be read as {what}: {_place(problem, data)}.") from None
    except RecursionError:
        raise Unreadable(f"it cannot be read as {what}: it is nested too deeply.") from None


def convert(value: Any, kind: type[T], what: str) -> T:
    """What JSON gave as ``kind``. Raises Unreadable."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as problem:
        raise Unreadable(f"it cannot be read as {what}: {explained(problem)}.") from None
    except RecursionError:
        raise Unreadable(f"it cannot be read as {what}: it is nested too deeply.") from None


def scalars(raw: msgspec.Raw, most: int = 100_000) -> dict[str, Any]:
    """The texts (made plain), numbers and truth values of a table that may hold anything; all else is left out.

    Raises Unreadable for what is no table, or is longer than ``most`` bytes.
    """
    if len(data := bytes(raw)) > most:
        raise Unreadable(f"a table of names and values is longer than {most // 1000} kB.")
    values = {}
    for key, value in decode(data, dict[str, msgspec.Raw], "a table of names and values").items():
        with contextlib.suppress(Unreadable):
            values[key] = decode(bytes(value), _Scalar, "a value")
    return plain_table(values)


def explained(problem: msgspec.ValidationError, inside: str = "") -> str:
    """In words, the place first: 'measurements[3].block expects a whole number, and there is text'."""
    text, _, place = str(problem).partition(" - at `")
    where = (inside + place.rstrip("`").removeprefix("$")).removeprefix(".") or "the file"
    if match := _EXPECTED.match(text):
        wanted, more, there = match.groups()
        wanted, there = (_said(name) for name in (wanted, there))
        return f"{where} expects {wanted}{more}" + (f", and there is {there}" if there else "")
    if text.startswith("Object missing required field"):
        return f"{where} lacks {text.rpartition(' ')[2]}".replace("`", "'")
    if "out of range" in text:
        return f"{where} holds a number that is too large"
    return f"{where}: {text}".replace("`", "'")[:_LONGEST]


def _said(name: str | None) -> str:
    parts = (name or "").replace(" | null", "").split(" | ")
    return _WORDS.get(" | ".join(parts)) or " or ".join(_WORDS.get(part, part) for part in parts)


def _place(problem: Exception, data: bytes) -> str:
    if isinstance(problem, UnicodeDecodeError):
        return "it is not UTF-8 text"
    text = str(problem)
    match = _BYTE.search(text)
    if match is None:
        return "it ends too early" if "truncated" in text else text
    line = data.count(b"\n", 0, int(match[1])) + 1
    text = text[: match.start()].replace("JSON is malformed:", "it is not JSON,")
    return f"{text} in line {line}" + (f" (byte {match[1]})" if line == 1 else "")


def _mended(data: bytes) -> bytearray:
    """JSON in place of what Python's json writes beyond it. Raises Unreadable where there is too much of it."""
    mended, done, odd = bytearray(), 0, 0
    for match in _TOKENS.finditer(data):
        token = match[0]
        if token.startswith(b'"'):
            if b"\\ud" not in token and b"\\uD" not in token:
                continue
            new = _text(token)
        else:
            new = b"null"
        odd += 1
        if odd > _MOST_ODD:
            raise Unreadable(f"it has more than {_MOST_ODD:,} values that are not JSON (NaN, Infinity).")
        mended += data[done : match.start()]
        mended += new
        done = match.end()
    mended += data[done:]
    return mended


def _text(token: bytes) -> bytes:
    try:
        text = json.loads(token)
    except ValueError:
        return token
    return json.dumps(text.encode("utf-8", "replace").decode("utf-8"), ensure_ascii=False).encode()
