from . import doorkeeper, export, load, receive
from .log_masking import mask_logs

mask_logs()
