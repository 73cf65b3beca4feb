import { registry } from "@web/core/registry";
import { FloatField, floatField } from "@web/views/fields/float/float_field";

/** A quantity of a stock report's line: none where the report does not mention it, and no difference
 * where it is not understood. Neither is 0. */
export class ToldQuantityField extends FloatField {
    get formattedValue() {
        const { is_told, state } = this.props.record.data;
        const isNone = !is_told && state === "absent";
        const isUnclear = state === "unknown" && this.props.name === "difference";
        return isNone || isUnclear ? "–" : super.formattedValue;
    }
}

registry.category("fields").add("bring_told_quantity", {
    ...floatField,
    component: ToldQuantityField,
    fieldDependencies: [
        { name: "is_told", type: "boolean" },
        { name: "state", type: "selection" },
    ],
});
