"""Delivering a batch: the order in which its ZIP and its accounts are written, and recovery after a kill."""
