{
    "name": "Bring Warehousing: an example of an extension",
    "summary": "A kind of document, match rules and policies of one's own; see docs/extending.md",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "The bring_warehousing contributors",
    "license": "LGPL-3",
    "depends": ["bring_warehousing"],
}
