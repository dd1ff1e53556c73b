"""The configuration: the settings as values, reading them, their origin, and the places of files."""
