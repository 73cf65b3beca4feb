from . import (
    match_transfer,
    match_article,
    handler,
    order_status,
    ship,
    order_response,
    despatch_advice,
)
