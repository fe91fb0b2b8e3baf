"""stub"""

_TABLE = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def variant_key(form: str) -> str:
    """Stub."""
    return form.translate(_TABLE).replace("ph", "f")
