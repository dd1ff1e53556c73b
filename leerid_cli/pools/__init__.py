"""Who does the heavy work of a batch: threads that hash, processes that draw cards, or a Dask cluster.

`machines.machines_at` chooses between this machine and a cluster, and gives a batch its `WorkerPools`.
"""
