"""Who does the work of a batch: threads that hash, processes that draw, and a cluster where one is asked for."""
