from . import (
    test_account_endpoint,
    test_despatch_advice,
    test_despatch_clashes,
    test_inventory_adjustment,
    test_inventory_report,
    test_order_status,
    test_processing,
    test_receive,
    test_receive_live,
    test_receiving_advice,
    test_security,
    test_views,
)
