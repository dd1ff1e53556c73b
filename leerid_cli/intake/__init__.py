"""Enrolment file to plan: decoding, profiles, row checks, matching. `plan` and `check` touch no disk."""
