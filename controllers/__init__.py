from . import doorkeeper, receive
