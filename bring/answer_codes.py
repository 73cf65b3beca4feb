"""Bring's error codes, and what each is about.

Bring publishes one list twice, in answer to GET /errorCodes: examples/warehousing/error_codes
("Send order/article update") and examples/warehousing4/error_codes ("Pull order/article", which
calls it "Dynamic list of error codes used in the solution"): each entry below is in both. The
examples of Order Management use some of them for GetPurchaseOrder. None of them says "try again".
"""

import re
from enum import Enum
from typing import Final


class About(Enum):
    """What Bring says no to."""

    ACCOUNT = "the login, the customer or the form of any call: it would be so for all"
    ORDER = "the order that was sent or asked for, and no other"
    ARTICLE = "an article of what was sent"
    ABSENT = "the order isn't there"
    PRESENT = "the order is there already"
    NO_ITEMS = "the order's lines aren't there; of the order itself it says nothing"


# In Bring's own order; its words, shortened, behind each.
CODES: Final[dict[str, About]] = {
    "PO_INPUT_001": About.ACCOUNT,  # valid customer ID
    "PO_INPUT_002": About.ORDER,  # valid purchase order
    "PO_INPUT_003": About.ACCOUNT,  # valid schema version
    "PO_INPUT_004": About.ACCOUNT,  # request properties: valid datetime
    "PO_INPUT_005": About.ACCOUNT,  # request properties: valid locale
    "PO_INPUT_006": About.ACCOUNT,  # request properties must be present
    "PO_INPUT_007": About.ORDER,  # consignment ID is required
    "PO_INPUT_008": About.ORDER,  # valid EventType
    "PO_INPUT_009": About.ORDER,  # valid ISO timestamp for event
    # "You can not have orderlines to a non-existing purchase order."
    "PO_INPUT_010": About.ABSENT,
    "PO_INPUT_011": About.ORDER,  # negative quantity
    "PO_INPUT_012": About.ORDER,  # item of a transport order is not on the purchase order
    "PO_INPUT_013": About.ORDER,  # shipping container ID is required
    "PO_INPUT_014": About.ORDER,  # valid container type
    "PO_INPUT_015": About.ORDER,  # content for shipping container is required
    "PO_INOUT_016": About.ORDER,  # content requires consignment or container ID; spelled so
    "PO_INPUT_017": About.ORDER,  # invalid content
    "PO_INPUT_018": About.ORDER,  # input that is not supported
    "PO_INPUT_019": About.ORDER,  # some required parameters are missing
    "PO_INPUT_020": About.ORDER,  # valid transport order
    "PO_INPUT_021": About.ARTICLE,  # article number is required
    "PO_INPUT_022": About.ARTICLE,  # the same
    "PO_INPUT_023": About.ARTICLE,  # content for article balance is required
    # "create/insert a purchase order that already existed. Maybe wrong updateIndicator"
    "PO_INPUT_024": About.PRESENT,
    "PO_STATE_001": About.ABSENT,  # purchase order not found
    "PO_STATE_002": About.ACCOUNT,  # you must log in
    "PO_STATE_003": About.NO_ITEMS,  # order items for requested purchase order not found
    "PO_STATE_004": About.ORDER,  # access is denied to read this purchaseorder
    "PO_STATE_005": About.ORDER,  # transport order not found: we have none
}

_CODE: Final = re.compile(r"(?<![A-Za-z0-9_])PO_[A-Z]{1,20}_[0-9]{3}(?![A-Za-z0-9_])")


def about(*codes: str) -> About:
    """What a refusal with these codes is about.

    A code that isn't in the list, or none, is taken to be about the order: a person sees it
    there, and everything else goes on. Of several that say different things, what concerns all
    orders counts first; beside another reason, nothing proves that an order is there or not.
    """
    found = {CODES.get(code.strip().upper(), About.ORDER) for code in codes}
    if About.ACCOUNT in found:
        return About.ACCOUNT
    return found.pop() if len(found) == 1 else About.ORDER


def codes_in(words: str) -> list[str]:
    """The codes that stand somewhere in a text, in its order, each once."""
    return list(dict.fromkeys(_CODE.findall(words)))
