"""Making a batch real: the only home of the order of side effects, and of its recovery."""
