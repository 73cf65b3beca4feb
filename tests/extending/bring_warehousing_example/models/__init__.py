from . import (
    transport_status,
    match_rules,
    policies,
)
