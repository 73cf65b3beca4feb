"""How quantities, days and times are told to people: the same on every screen."""

import pytz

from odoo.tools import format_date, format_time, formatLang

MAX_DIGITS = 6  # decimals of a quantity: what is sent to Bring has no more


def quantity_words(env, quantity, signed=False):
    """Return a quantity in the reader's language: every digit, and no decimals where it has none.

    :param quantity: float or Decimal
    :param bool signed: with a plus where it is more than nothing
    """
    quantity = round(float(quantity), MAX_DIGITS)
    needed = len(f"{quantity:.{MAX_DIGITS}f}".rstrip("0").partition(".")[2])
    usual = env["decimal.precision"].precision_get("Product Unit")
    words = formatLang(env, quantity, digits=max(needed, usual) if needed else 0)
    return f"+{words}" if signed and quantity > 0 else words


def sentence(error):
    """Return what an error of a call says, as a sentence: it begins with the name of the call."""
    words = str(error)
    return words[:1].upper() + words[1:]


def label(record, field_name, value):
    """Return the label of a selection's value, in the reader's language."""
    return dict(record._fields[field_name]._description_selection(record.env)).get(value, "")


def local(moment, zone):
    """Return a naive UTC time as an aware one in a time zone, given by name."""
    return pytz.utc.localize(moment).astimezone(pytz.timezone(zone))


def day_words(env, moment, zone, date_format="medium"):
    return format_date(env, local(moment, zone).date(), date_format=date_format)


def time_words(env, moment, zone):
    """Return the time of day, to the minute."""
    return format_time(env, moment, tz=zone, time_format="short")


def moment_words(env, moment, zone):
    return f"{day_words(env, moment, zone)} {time_words(env, moment, zone)}"


def same_clock(moment, zone, other):
    """Tell whether clocks in two time zones show the same at a moment."""
    return local(moment, zone).utcoffset() == local(moment, other).utcoffset()


def notification(kind, message, title="", sticky=False):
    """Return the action that tells a person something, and closes the dialog that he is in.

    :param str kind: ``success``, ``warning`` or ``danger``
    """
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": kind,
            "title": title,
            "message": message,
            "sticky": sticky,
            "next": {"type": "ir.actions.act_window_close"},
        },
    }
