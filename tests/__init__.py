from . import (
    test_despatch_advice,
    test_despatch_clashes,
    test_order_status,
    test_processing,
    test_receive,
)
