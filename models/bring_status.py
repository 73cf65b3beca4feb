"""The delivery status at Bring, the same for transfers and sales orders."""

STATUSES = [
    ("sent", "Sent to Bring"),
    ("registered", "Registered"),
    ("allocated", "Allocated"),
    ("started", "Started"),
    ("picked", "Picked"),
    ("partially_despatched", "Partially despatched"),
    ("despatched", "Despatched"),
    ("cancelled", "Cancelled"),
]

RANK = {status: rank for rank, (status, _label) in enumerate(STATUSES)}
