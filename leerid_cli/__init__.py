"""LeerID accounts for a whole school, from the command line."""

__version__ = "0.1.0"
