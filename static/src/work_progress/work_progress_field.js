/** How far long work is: a bar that keeps itself up to date while the work is under way. */
import {Component, onMounted, onWillUnmount} from "@odoo/owl";
import {formatInteger} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const EVERY = 2000;

export class WorkProgressField extends Component {
    static template = "bring_warehousing.WorkProgressField";
    static props = {...standardFieldProps};

    setup() {
        onMounted(() => {
            this.timer = setInterval(() => this.look(), EVERY);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get data() {
        return this.props.record.data;
    }

    get percent() {
        return Math.min(100, Math.max(0, this.data[this.props.name]));
    }

    get done() {
        return formatInteger(this.data.done);
    }

    get total() {
        return formatInteger(this.data.total);
    }

    async look() {
        if (this.data.state === "running" && !document.hidden) {
            await this.props.record.load();
        }
    }
}

registry.category("fields").add("bring_work_progress", {
    component: WorkProgressField,
    supportedTypes: ["float"],
    fieldDependencies: [
        {name: "state", type: "selection"},
        {name: "done", type: "integer"},
        {name: "total", type: "integer"},
    ],
});
