from . import (
    test_despatch_advice,
    test_despatch_clashes,
    test_inventory_adjustment,
    test_inventory_report,
    test_order_status,
    test_processing,
    test_receive,
    test_receiving_advice,
)
