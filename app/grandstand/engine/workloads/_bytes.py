"""Bytes that look like text, the same every time: random bytes do not compress, zeros compress too well."""

import random

_WORDS = """
    thread process worker queue lock core clock turn wait yield fork spawn join share copy send receive bytes
    interpreter kernel signal buffer stream frame lane pulse stride relay sprint finish start track field
""".split()  # noqa: SIM905


def text_bytes(size: int, seed: int) -> bytes:
    """``size`` bytes of pseudo-random words and numbers, reproducible for a ``seed``."""
    chance = random.Random(seed)
    parts = []
    length = 0
    while length < min(size, 65_536):
        part = "{} {} {:x}".format(chance.choice(_WORDS), chance.choice(_WORDS), chance.getrandbits(24))
        parts.append(part)
        length += len(part) + 1
    block = "\n".join(parts).encode()
    return (block * (size // len(block) + 1))[:size]
