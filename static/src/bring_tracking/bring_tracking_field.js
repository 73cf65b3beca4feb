import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** Links to Bring's tracking, one for each consignment: a list of {number, url}. */
export class BringTrackingField extends Component {
    static template = "bring_warehousing.BringTrackingField";
    static props = { ...standardFieldProps };

    get links() {
        return this.props.record.data[this.props.name] || [];
    }

    title(link) {
        return _t("Track %s at Bring (opens in a new tab)", link.number);
    }
}

registry.category("fields").add("bring_tracking", {
    component: BringTrackingField,
    displayName: _t("Bring's tracking"),
    supportedTypes: ["json"],
    isEmpty: (record, name) => !(record.data[name] || []).length,
});
