"""Bring Warehousing's message formats in plain Python: standard library and lxml only.

``reader`` turns the bytes of a delivery into the frozen dataclasses of ``documents``.
"""
