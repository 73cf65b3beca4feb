"""Why Bring says no: its published error codes, and a few of our own where it publishes none.

Bring's are those of its list of error codes (PO_…). Those with SIM_ exist only here.
"""

CODES = {
    "PO_INPUT_001": "Must provide valid customer ID",
    "PO_INPUT_002": "Must provide valid purchase order",
    "PO_INPUT_003": "Must provide valid schema version. See developer.bring.com for latest "
    "schema version",
    "PO_INPUT_004": "Request properties must contain valid datetime",
    "PO_INPUT_005": "Request properties must contain valid locale",
    "PO_INPUT_006": "Request properties must be present",
    "PO_INPUT_007": "Consignment ID is required",
    "PO_INPUT_008": "Must provide valid EventType. See xsd for list of valid types.",
    "PO_INPUT_009": "Must provide valid ISO timestamp for event",
    "PO_INPUT_010": "Purchase order not found. You can not have orderlines to a non-"
    "existing purchase order.",
    "PO_INPUT_011": "Negative quantity not allowed.",
    "PO_INPUT_012": "Item on transport order does not exist on purchase order. OrderLineId "
    "and ArticleLineId must match purchase order.",
    "PO_INPUT_013": "Shipping container ID is required",
    "PO_INPUT_014": "A valid container type required for the shipping container and the content",
    "PO_INPUT_015": "Content for shipping container is required",
    "PO_INOUT_016": "Content in shipping container requires either consignment ID or "
    "shipping container ID",
    "PO_INPUT_017": "The request contained invalid content.",
    "PO_INPUT_018": "The request contains input that is not supported.",
    "PO_INPUT_019": "Some required parameters are missing.",
    "PO_INPUT_020": "Must provide valid transport order",
    "PO_INPUT_021": "Article number is required",
    "PO_INPUT_022": "Article number is required",
    "PO_INPUT_023": "Content for article balance is required",
    "PO_INPUT_024": "Attempted to create/insert a purchase order that already existed. "
    "Maybe wrong updateIndicator",
    "PO_STATE_001": "Purchase order not found",
    "PO_STATE_002": "You must log in to use this endpoint. See developer.bring.com for "
    "details about login with HTTP-headers.",
    "PO_STATE_003": "Order items for requested purchase order not found",
    "PO_STATE_004": "Access is denied to read this purchaseorder",
    "PO_STATE_005": "Transport order not found",
    "SIM_ARTICLE_001": "The article is not known; send its item data first",
    "SIM_STATE_001": "The order is started; it can't be changed or deleted",
    "SIM_STATE_002": "The order is cancelled; it can't be changed",
    "SIM_TEST_001": "A test key takes only orders with a testIndicator",
}


class Refusal(Exception):
    """A no with one of CODES; `status` is the HTTP status that it comes with.

    :param detail: what exactly is wrong, put behind the code's description.
    """

    def __init__(self, code: str, detail: str = "", status: int = 200):
        self.code = code
        self.description = f"{CODES[code]} ({detail})" if detail else CODES[code]
        self.status = status
        super().__init__(f"{code}: {self.description}")
