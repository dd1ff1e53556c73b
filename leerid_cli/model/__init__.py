"""The nouns of the program: frozen values that every room may hold and none may change."""
