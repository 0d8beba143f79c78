"""GTINs: the numbers under barcodes, of 8, 12, 13 or 14 digits with a check digit."""

LENGTHS = (8, 12, 13, 14)


def check_digit(body: str) -> str:
    """The digit that completes a GTIN: weights 3 and 1 from the right, modulo ten."""
    total = sum(
        int(digit) * (3 if place % 2 == 0 else 1)
        for place, digit in enumerate(reversed(body))
    )
    return str(-total % 10)


def is_gtin(text: str) -> bool:
    """Whether this is a whole GTIN with the right check digit."""
    digits = text.isascii() and text.isdigit()
    return digits and len(text) in LENGTHS and check_digit(text[:-1]) == text[-1]


def normalise(text: str) -> str:
    """One spelling for one number: a scanner may send a UPC with a leading zero.

    Spaces and dashes go; leading zeros go down to the shortest length that is left.

    Raises:
        ValueError: this is no GTIN.
    """
    bare = "".join(ch for ch in text if ch not in " -\u00a0")
    if not is_gtin(bare):
        raise ValueError(text)
    digits = bare.lstrip("0")
    length = next(length for length in LENGTHS if len(digits) <= length)
    return digits.zfill(length)
