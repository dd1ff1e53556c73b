"""Who does the heavy work of a batch: threads that hash, processes that draw cards, or a Dask cluster.

`pools.open_pools` chooses between them and gives a batch its `WorkerPools`.
"""
