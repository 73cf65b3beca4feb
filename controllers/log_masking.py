"""Keep the last part of the receiving address, which names the account, out of the log."""

import logging

from .address import mask_address

# what writes the address of a request: the access log, the dump of the threads when a request
# takes too long, and the client that tests the endpoint
LOGGERS = ("werkzeug", "odoo.http", "odoo.tools.misc", "urllib3.connectionpool")


class AddressFilter(logging.Filter):
    """Mask receiving addresses in a record before any handler sees it; drops nothing."""

    def filter(self, record):
        message = record.getMessage()
        masked = mask_address(message)
        if masked != message:
            record.msg, record.args = masked, ()
        return True


def mask_logs():
    """Put the filter on the loggers, once a process."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(known, AddressFilter) for known in logger.filters):
            logger.addFilter(AddressFilter())
