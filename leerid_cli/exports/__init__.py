"""Lists in the formats that other programs read; exact values, one function a format."""
