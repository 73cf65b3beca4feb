import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** Deliveries by status and age; every number opens its list. */
export class OpenOrdersField extends Component {
    static template = "bring_warehousing.OpenOrdersField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get table() {
        return this.props.record.data[this.props.name];
    }

    total(row) {
        return Object.values(row.counts).reduce((sum, count) => sum + count, 0);
    }

    open(row, age) {
        const { record } = this.props;
        return this.action.doActionButton({
            type: "object",
            name: "action_view_transfers",
            resModel: record.resModel,
            resId: record.resId,
            resIds: [record.resId],
            context: record.context,
            buttonContext: { bring_status: row.status, bring_number: age },
        });
    }
}

registry.category("fields").add("bring_open_orders", {
    component: OpenOrdersField,
    supportedTypes: ["json"],
});
