"""Bring's and GS1's codes, each table with its source.

"Guideline" is Bring's GS1 XML implementation guideline of the message named, 2019.
"""

from decimal import Decimal
from typing import Final

# Warehouses as inventoryLocation/additionalPartyIdentification, type 88 (every guideline).
WAREHOUSES: Final[dict[str, str]] = {
    "4033": "Stavanger",
    "5500": "Haugesund",
    "AES": "Ålesund",
    "BERGER": "Berger/Skedsmokorset",
    "BS02": "Kongshavn",
    "BS07": "Trollåsen",
    "BS17": "Bergen",
    "BS26": "Trondheim",
    "BS34": "Tromsø",
    "FI01": "Finland",
    "JKPG01": "Jönköping",
    "NCD": "Lierstrand",
}

# additionalPartyIdentificationTypeCode of a warehouse code (every guideline).
PARTY_TYPE_WAREHOUSE: Final = "88"

# additionalTradeItemIdentificationTypeCode (every guideline).
OWN_ARTICLE: Final = ("IN", "BUYER_ASSIGNED")  # the first one wins
SUPPLIER_ARTICLE: Final = "SA"
GRADE: Final = "ZGR"
ITEM_STATUS: Final = "ZST"

# responseStatusCode and deliveryTypeCode (guidelines OrderResponse, DespatchAdviceOutbound).
# The letter O, not zero; the samples also write a zero.
RECEIVED: Final = "O1"
ALLOCATED: Final = "O2"
PICKED: Final = "O3"
DESPATCHED: Final = "O4"
CANCELLED: Final = "99"
STATUSES: Final[dict[str, str]] = {
    RECEIVED: "received in the warehouse system",
    ALLOCATED: "allocated",
    PICKED: "picked (in an order response: started)",
    DESPATCHED: "sent",
    CANCELLED: "cancelled",
}

# documentStatusCode (GS1 DocumentStatusEnumerationType). Bring's guidelines name ORIGINAL; that of
# OrderResponse lists "ADDITIONAL_", cut off, which is ADDITIONAL_TRANSMISSION.
ORIGINAL: Final = "ORIGINAL"
COPIES: Final = ("COPY", "ADDITIONAL_TRANSMISSION")

# inventoryReportTypeCode (guideline InventoryReport; GS1 InventoryReportTypeCode).
REPORT_TYPES: Final[dict[str, str]] = {
    "INVENTORY_STATUS": "status",
    "INVENTORY_ACTIVITY": "activity",
}

# inventoryStatusType (guideline InventoryReport).
AVAILABLE: Final = "AVAILABLE_FOR_SALE"
BLOCKED: Final = "BLOCKED"
QUARANTINED: Final = "QUARANTINED"

# inventoryActivityTypeCode (guideline InventoryReportAdjustment). An open list: the sample has 60.
ACTIVITY_REASONS: Final[dict[str, str]] = {
    "100": "Goods damaged",
    "110": "Goods destroyed",
    "200": "Error at receipt",
    "210": "Goods found",
}

# receivingConditionCode (guideline ReceivingAdvice); a missing code is 0.
CONDITION_OK: Final = "0"
CONDITIONS: Final[dict[str, str]] = {
    CONDITION_OK: "OK",
    "1": "Blocked",
    "2": "Quality inspection",
}

# measurementUnitCode (every guideline). STK and PCE both mean pieces, and so does no unit.
UNITS: Final[dict[str, str]] = {
    "": "pieces",
    "STK": "pieces",
    "PCE": "pieces",
    "KGM": "kilogrammes",
}

# measurementType (guideline DespatchAdviceOutbound; UN/EDIFACT 6313).
GROSS_WEIGHT: Final = "AAD"
NET_WEIGHT: Final = "AAC"

# measurementUnitCode of a weight → kilograms. The guideline has KGM only; the others are UN/ECE
# Recommendation 20's, for a message that has them all the same.
KILOGRAMS: Final[dict[str, Decimal]] = {
    "KGM": Decimal(1),
    "KG": Decimal(1),
    "GRM": Decimal("0.001"),
    "TNE": Decimal(1000),
}

# Bring's own GLNs: sender of the published samples; recipient of the order API.
BRING_GLNS: Final = frozenset({"7080000950171", "7080003388100"})

# GINCs that stand for "no tracking number" (guideline DespatchAdviceOutbound).
FILLER_GINCS: Final = frozenset({"73500538500000019"})
