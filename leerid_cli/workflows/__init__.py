"""One module a use case. The order of side effects is decided here and nowhere else."""
