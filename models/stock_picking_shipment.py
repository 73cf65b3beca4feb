import json
from urllib.parse import quote

from odoo import api, fields, models
from odoo.tools import formatLang

from .bring_words import day_words, moment_words, quantity_words

# Bring's public tracking page for a consignment or package number
TRACKING_URL = "https://tracking.bring.com/tracking/{}"


def tracking_link(number):
    return {"number": number, "url": TRACKING_URL.format(quote(number, safe=""))}


class StockPicking(models.Model):
    """What left with a transfer: when, in which parcels, and where they are tracked."""

    _inherit = "stock.picking"

    # asked for by customers on the phone
    carrier_tracking_ref = fields.Char(index="trigram")
    bring_tracking = fields.Json(
        "Bring's tracking",
        compute="_compute_bring_tracking",
        help="Links to Bring's tracking, one for each consignment: number and url.",
    )

    @api.depends("carrier_tracking_ref", "bring_shipped")
    def _compute_bring_tracking(self):
        for picking in self:
            numbers = (picking.carrier_tracking_ref or "").split(",")
            picking.bring_tracking = (
                [tracking_link(number.strip()) for number in numbers if number.strip()]
                if picking.bring_shipped
                else []
            )

    @api.depends("bring_tracking")
    def _compute_carrier_tracking_url(self):
        """Track what Bring shipped at Bring, whichever delivery method the order has.

        So Odoo's own screens, its mail to the customer and its portal link there, too.
        """
        result = super()._compute_carrier_tracking_url()
        for picking in self.filtered("bring_tracking"):
            links = picking.bring_tracking
            picking.carrier_tracking_url = (
                links[0]["url"]
                if len(links) == 1
                else json.dumps([[link["number"], link["url"]] for link in links])
            )
        return result

    def _bring_tracking_links(self):
        """Return where a shipment is tracked, at Bring or at another carrier."""
        self.ensure_one()
        if self.bring_shipped or not self.carrier_tracking_ref:
            return self.bring_tracking
        several = self.get_multiple_carrier_tracking()
        if several:
            return [{"number": number, "url": url} for number, url in several]
        return [{"number": self.carrier_tracking_ref, "url": self.carrier_tracking_url}]

    def _bring_zone(self):
        """Return the name of the time zone of the warehouse at Bring, or of the company's."""
        account = self.sudo().bring_account_id[:1]
        return account.tz or self.company_id[:1].partner_id.tz or "UTC"

    def _bring_reader_zone(self):
        """Return the name of the reader's time zone or, when he has none, of the warehouse's."""
        return self.env.context.get("tz") or self.env.user.tz or self._bring_zone()

    def _bring_shipment(self):
        """Return what left with this transfer, for colleagues."""
        self.ensure_one()
        return {
            "name": self.name,
            "source": self.env._("Bring")
            if self.bring_shipped
            else self.picking_type_id.warehouse_id.name or self.partner_id.name,
            "when": day_words(self.env, self.date_done, self._bring_zone())
            if self._bring_is_untimed()
            else moment_words(self.env, self.date_done, self._bring_reader_zone()),
            "eta": self.bring_eta,
            "tracking": self._bring_tracking_links(),
            "parcels": self._bring_parcels(with_lots=True),
        }

    def _bring_shipment_for_customer(self):
        """Return what left with this transfer, for the customer."""
        self.ensure_one()
        return {
            "when": day_words(
                self.env,
                self.date_done,
                self._bring_zone() if self._bring_is_untimed() else self._bring_reader_zone(),
            ),
            "eta": self.bring_eta,
            "tracking": self._bring_tracking_links(),
            "parcels": self._bring_parcels(with_lots=False),
        }

    def _bring_parcels(self, with_lots):
        """Return what is in each parcel, those that Bring names first.

        :return: list of dicts: the link of the parcel (number and url) or False, and its goods
        """
        self.ensure_one()
        by_package = {}
        for line in self.move_line_ids.filtered("quantity"):
            goods = by_package.setdefault(line.result_package_id, {})
            item = goods.setdefault(line.product_id, {"quantity": 0.0, "lots": []})
            item["quantity"] += line.quantity_product_uom
            lot = with_lots and line.lot_id and line.lot_id._bring_words()
            if lot and lot not in item["lots"]:
                item["lots"].append(lot)
        return [
            {
                "link": self._bring_parcel_link(package),
                "weight": self._bring_weight_words(package),
                "goods": [
                    {
                        "name": product.display_name,
                        "quantity": quantity_words(self.env, item["quantity"]),
                        "unit": product.uom_id.name,
                        "lots": ", ".join(item["lots"]),
                    }
                    for product, item in goods.items()
                ],
            }
            for package, goods in sorted(
                by_package.items(), key=lambda item: (not item[0], item[0].name or "")
            )
        ]

    def _bring_weight_words(self, package):
        """Return the gross weight of a parcel, as Bring told it, or False."""
        if not package.shipping_weight:
            return False
        weight = formatLang(self.env, package.shipping_weight, dp="Stock Weight")
        return f"{weight} {package.weight_uom_name}"

    def _bring_parcel_link(self, package):
        """Return the number of a parcel, with a link where it is one of Bring's."""
        if not package:
            return False
        is_sscc = package.name.isdigit() and len(package.name) == 18
        if self.bring_shipped and is_sscc:
            return tracking_link(package.name)
        return {"number": package.name, "url": False}
