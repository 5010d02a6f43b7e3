"""Plurals for messages."""


def plural(number: int, noun: str) -> str:
    """A number with its noun in the singular or plural.

    >>> plural(1, "page"), plural(0, "page"), plural(2, "day"), plural(3, "copy")
    ('1 page', '0 pages', '2 days', '3 copies')
    """
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{number} {noun}s"
