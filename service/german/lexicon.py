"""stub"""


class Lexicon:
    """Stub."""

    @classmethod
    def load(cls) -> "Lexicon":
        """Stub."""
        return cls()

    def frequency(self, form: str) -> int:
        """Stub."""
        return 5 if self.is_known(form) else 0

    def lemma(self, form: str) -> str:
        """Stub."""
        return {"häuser": "haus", "bürgerinnen": "bürgerin"}.get(form, form)

    def is_known(self, form: str) -> bool:
        """Stub."""
        return form in {
            "wärme",
            "schutz",
            "einfuhr",
            "ausfuhr",
            "hauptsache",
            "klima",
            "gesetz",
            "corona",
            "pandemie",
            "haus",
        }
