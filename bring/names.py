"""Local names of elements, and those of Bring's messages."""

from typing import Final

HEADER: Final = "StandardBusinessDocumentHeader"
REPORT: Final = "inventoryReport"
ITEM: Final = "inventoryItemLocationInformation"

# Elements that may occur more than once: their place in an error's path has an index.
REPEATED: Final = frozenset(
    {
        "despatchAdviceLogisticUnit",
        "despatchAdviceLineItem",
        "receivingAdviceLogisticUnit",
        "receivingAdviceLineItem",
        "receivingConditionInformation",
        "transactionalItemData",
        ITEM,
        "inventoryStatusLineItem",
        "inventoryActivityLineItem",
        "inventoryStatusQuantitySpecification",
        "inventoryActivityQuantitySpecification",
        "warehousingOperationsTransaction",
        "warehousingOperationsLocation",
        "tradeItemInventoryEvent",
    }
)


class _LocalNames(dict[object, str]):
    """Tag (``{uri}name``) → local name, remembered: the reader asks millions of times."""

    def __missing__(self, tag: object) -> str:
        name = str(tag).rpartition("}")[2]
        if len(self) < 1000 and len(name) < 200:  # a hostile message may hold any names
            self[tag] = name
        return name


LOCAL: Final = _LocalNames()
