import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import { dateTimeField, DateTimeField } from "@web/views/fields/datetime/datetime_field";

/** A time as precisely as Bring told it: where it told the day only, the warehouse's day. */
export class WhenField extends DateTimeField {
    getFormattedValue(...args) {
        return this.props.record.data.event_day || super.getFormattedValue(...args);
    }
}

registry.category("fields").add("bring_when", {
    ...dateTimeField,
    component: WhenField,
    displayName: _t("Time or day"),
    supportedTypes: ["datetime"],
    fieldDependencies: [{ name: "event_day", type: "char" }],
});
