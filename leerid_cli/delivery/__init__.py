"""The ZIP: its members, staging it beside its target, verifying it, putting it in place."""
