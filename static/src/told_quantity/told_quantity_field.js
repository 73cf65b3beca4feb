import { registry } from "@web/core/registry";
import { FloatField, floatField } from "@web/views/fields/float/float_field";

/** A quantity of a stock report's line: none where the report does not mention it, which is not 0. */
export class ToldQuantityField extends FloatField {
    get formattedValue() {
        const { is_told, state } = this.props.record.data;
        return !is_told && state === "absent" ? "–" : super.formattedValue;
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
