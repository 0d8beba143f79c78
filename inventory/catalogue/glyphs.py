"""Which symbol stands for a product without a picture: its category's."""

_GLYPHS = (
    (("phone", "case", "screen-protection", "strap"), "phone"),
    (("laptop", "computer", "desktop", "tablet", "monitor", "keyboard"), "laptop"),
    (("tv", "projector"), "tv"),
    (("headphone", "speaker", "audio"), "headphones"),
    (("watch",), "watch"),
    (("camera", "photo"), "camera"),
    (("consol", "gaming"), "console"),
    (("fridge", "washing", "dishwash", "kitchen", "coffee", "kettle"), "appliance"),
    (("microwave", "cook", "hob", "vacuum", "iron", "climate", "appliance"), "appliance"),
    (("cable", "charger", "power", "batter"), "cable"),
    (("component", "storage", "network", "cartridge", "print"), "part"),
)


def glyph_of(category_code: str) -> str:
    """The name of a symbol of the sprite."""
    plain = category_code.casefold()
    if "headphone" in plain:
        return "headphones"
    for words, glyph in _GLYPHS:
        if any(word in plain for word in words):
            return glyph
    return "box"
