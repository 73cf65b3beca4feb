from . import doorkeeper, receive
from .log_masking import mask_logs

mask_logs()
