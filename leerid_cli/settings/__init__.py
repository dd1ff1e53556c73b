"""What can be set: values, their file, where they come from, and where files are looked for."""
