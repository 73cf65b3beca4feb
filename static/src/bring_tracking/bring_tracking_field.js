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

    text(link) {
        return link.number;
    }

    title(link) {
        return _t("Track %s at Bring (opens in a new tab)", link.number);
    }
}

/** In a column there is no room for seventeen digits: they are in the link's title. */
export class ListBringTrackingField extends BringTrackingField {
    text(link) {
        const links = this.links;
        return links.length > 1 ? _t("Track %s", links.indexOf(link) + 1) : _t("Track");
    }
}

export const bringTrackingField = {
    component: BringTrackingField,
    displayName: _t("Bring's tracking"),
    supportedTypes: ["json"],
    isEmpty: (record, name) => !(record.data[name] || []).length,
};

registry.category("fields").add("bring_tracking", bringTrackingField);
registry.category("fields").add("list.bring_tracking", {
    ...bringTrackingField,
    component: ListBringTrackingField,
});
