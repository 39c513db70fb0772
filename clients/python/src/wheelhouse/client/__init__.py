"""A running Wheelhouse, from Python."""

from wheelhouse.client.client import Accepted, Client

__all__ = ["Accepted", "Client"]
