from . import (
    match_transfer,
    match_article,
    handler,
    booking,
    transfer,
    order_status,
    ship,
    order_response,
    despatch_advice,
    receiving_advice,
    inventory_adjustment,
    inventory_report,
)
