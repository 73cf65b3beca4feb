from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class BringBorder(models.AbstractModel):
    """Company borders, whatever a client sends: over the screens, or by RPC.

    Odoo checks a record's rules before a write and never after, computes related and stored fields
    as superuser, and takes the id of any record for a relation. So here:

    - what a record belongs to, ``_bring_fixed``, stays as it was when the record was made;
    - a record that a client names is one that it may read: in create, write, onchange and defaults;
    - a field that is read-only on the screens is written by the server alone;
    - the rules hold after a write, too.
    """

    _name = "bring.border"
    _description = "Company border"
    _bring_fixed = ("account_id", "company_id")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._bring_check_named(vals)
            self._bring_check_facts(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._bring_check_named(vals)
        self._bring_check_facts(vals)
        self._bring_check_fixed(vals)
        result = super().write(vals)
        self.check_access("write")
        return result

    @api.model
    def default_get(self, fields):
        # a client chooses the defaults by its context
        defaults = super().default_get(fields)
        self._bring_check_named(defaults)
        return defaults

    def onchange(self, values, field_names, fields_spec):
        self._bring_check_named(values)
        return super().onchange(values, field_names, fields_spec)

    def _bring_check_fixed(self, vals):
        """Refuse that a saved record goes over to another account or company, by anybody.

        :raises UserError: with words that name no record
        """
        for name in self._bring_fixed:
            if name in vals and any(record[name].id != (vals[name] or False) for record in self):
                raise UserError(
                    self.env._(
                        "“%(field)s” cannot be changed any more: make a new record (%(model)s) "
                        "where it belongs, and archive or delete this one.",
                        field=self._fields[name]._description_string(self.env),
                        model=self._description,
                    )
                )

    def _bring_check_facts(self, vals):
        """Refuse what only the server writes.

        :raises AccessError: for all but the superuser
        """
        if self.env.su:
            return
        facts = [
            name
            for name in vals
            if name in self._fields and self._fields[name].store and self._fields[name].readonly
        ]
        if facts:
            raise AccessError(
                self.env._(
                    "These fields are not for people to write: %s.", ", ".join(sorted(facts))
                )
            )

    def _bring_check_named(self, vals):
        """Refuse values that name a record that the user may not read.

        :raises AccessError: with words that tell nothing of the record
        """
        if self.env.su:
            return
        for records in named_records(self, vals):
            if not records.has_access("read"):
                raise AccessError(
                    self.env._(
                        "You may not see a record that was chosen (%s), or it belongs to a company "
                        "that is not yours or not switched on.",
                        records._description,
                    )
                )


def named_records(model, vals):
    """Yield the saved records that values for ``model`` name, those in nested values too."""
    for name, value in vals.items():
        field = model._fields.get(name)
        if field is None or not field.relational or not value:
            continue
        comodel = model.env[field.comodel_name]
        if field.type == "many2one":
            if isinstance(value, dict):  # a new record, in an onchange
                yield from named_records(comodel, value)
            else:
                record_id = field.convert_to_cache(value, model, validate=False)
                yield comodel.browse(record_id or ())
            continue
        for command in value if isinstance(value, list | tuple) else value.ids:
            if isinstance(command, int):
                yield comodel.browse(command)
                continue
            code, record_id, nested = (*command, None, None)[:3]
            if code in (Command.UPDATE, Command.LINK) and isinstance(record_id, int):
                yield comodel.browse(record_id)
            if code == Command.SET:
                yield comodel.browse(nested)
            elif code in (Command.CREATE, Command.UPDATE) and nested:
                yield from named_records(comodel, nested)


class BringDialog(models.AbstractModel):
    """A dialog: it is its opener's alone, by a rule, and knows no more than its opener.

    Every field that is related or computed is so as the user, not as superuser:
    ``tests/test_borders.py`` looks at each dialog, and at its rule.
    """

    _name = "bring.dialog"
    _inherit = "bring.border"
    _description = "Dialog"
    _bring_fixed = ("account_id",)
