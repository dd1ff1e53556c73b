"""What the checks of `doctor` find."""

from __future__ import annotations

from dataclasses import dataclass

GOOD, BAD = "ok", "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: its name, whether the finding is good, a message, and what to do if it is bad."""

    check: str
    good: bool
    message: str
    hint: str = ""

    def row(self) -> dict[str, str]:
        """Return the finding as a row of the command's output."""
        return {
            "check": self.check,
            "state": GOOD if self.good else BAD,
            "message": self.message,
            "hint": self.hint,
        }
