import { registry } from "@web/core/registry";
import {
    JournalDashboardGraphField,
    journalDashboardGraphField,
} from "@web/views/fields/journal_dashboard_graph/journal_dashboard_graph_field";

/** Odoo's dashboard graph of a share in per cent: on a scale to 100, so that a small drop looks small. */
export class AgreementCurveField extends JournalDashboardGraphField {
    getLineChartConfig() {
        const config = super.getLineChartConfig();
        config.options.scales.y = {
            suggestedMin: 80,
            max: 100,
            ticks: { maxTicksLimit: 3, callback: (value) => `${value}%` },
            grid: { display: false },
        };
        config.data.datasets[0].clip = false; // a point at 100 is whole
        config.options.layout = { padding: { top: 6, right: 6 } };
        return config;
    }
}

registry.category("fields").add("bring_agreement_curve", {
    ...journalDashboardGraphField,
    component: AgreementCurveField,
});
