"""One module for each task of the administrator: it puts the lower rooms together, asks, and reports."""
