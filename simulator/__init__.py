"""A stand-in for Bring Warehousing: takes orders, moves them on, answers, and pushes messages.

Plain Python (lxml, requests). It shares no code with the addon, so that both can't be wrong in
the same way. The parts:

- what Bring says: `orders` (what was ordered), `messages` and `inventory`, `push` (how it gets
  there), `wrong` (deliveries that must be refused), `day` (a whole day);
- what Bring is: `server` (HTTP), `api` and `soap` (its interfaces), `intake` (what it takes),
  `answers`, `bring` (how orders move on), `depot` (its stock), `clock`, `outbox`, `faults`.
"""
