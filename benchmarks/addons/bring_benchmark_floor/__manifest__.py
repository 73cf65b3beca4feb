{
    "name": "Benchmark floor",
    "summary": "A bare route that stores one row: what Odoo can do at best",
    "version": "19.0.1.0.0",
    "author": "The bring_warehousing contributors",
    "license": "LGPL-3",
    "depends": ["base"],
    "data": ["security/ir.model.access.csv"],
}
