"""A stand-in for Bring Warehousing: writes and pushes its GS1 messages for given orders.

Plain Python (lxml, requests). It shares no code with the addon, so that both can't be wrong in
the same way. The parts: `orders` (what was ordered), `messages` and `inventory` (what Bring
says), `push` (how it gets there), `wrong` (deliveries that must be refused), `day` (a whole day).
"""
