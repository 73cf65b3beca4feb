"""Why a document needs a person: one word for each cause, and what it is shown as."""

CAUSES = [
    ("unknown_article", "Article not known"),
    ("several_articles", "Article may be one of several"),
    ("unknown_order", "Order not known"),
    ("several_orders", "Order may be one of several"),
    ("no_transfer", "Order has no such transfer"),
    ("unknown_warehouse", "Warehouse not known"),
    ("no_location", "No location for held goods"),
    ("unknown_unit", "Unit not known"),
    ("unknown_grade", "Grade not mapped"),
    ("lot", "Lots or serial numbers"),
    ("not_stored", "Product is not kept in stock"),
    ("nothing_open", "Nothing is open on the order"),
    ("cancelled", "Cancelled after it was shipped"),
    ("unknown_word", "Status word not known"),
    ("unknown_stock_word", "Status of goods not known"),
    ("goods", "Goods are not where Bring says"),
    ("other_client", "For another client of Bring's"),
    ("no_original", "Copy, change or withdrawal"),
    ("unsupported", "Kind of document not known"),
    ("contradiction", "Bring is not clear"),
    ("unreadable", "Message cannot be read"),
    ("long_ago", "Happened long ago"),
    ("odoo", "Odoo refuses"),
    ("stopped", "Stopped by a person"),
    ("unexpected", "Something unexpected"),
]

# cause → the dialog that mends it, for all documents that wait for the same
DIALOGS = {
    "unknown_article": "bring.mend.article",
    "unknown_order": "bring.mend.order",
    "several_orders": "bring.mend.order",
    "no_transfer": "bring.mend.order",
    "unknown_warehouse": "bring.mend.warehouse",
    "no_location": "bring.mend.warehouse",
    "unknown_unit": "bring.mend.unit",
    "unknown_grade": "bring.mend.grade",
    "unknown_word": "bring.mend.status",
    "unknown_stock_word": "bring.mend.status",
    "other_client": "bring.mend.client",
}
