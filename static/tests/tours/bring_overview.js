import { registry } from "@web/core/registry";

/** Go back to the overview and open the list behind a number: just one transfer is in it. */
function opens(number, name, label) {
    return [
        { content: `Open ${label}`, trigger: number, run: "click" },
        {
            trigger: `.o_list_view:has(.o_data_row:only-child:contains('${name}'))`,
        },
        {
            content: "The list is called like the number",
            trigger: `.o_breadcrumb .active:contains('${label}')`,
        },
        { trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item:last a", run: "click" },
        { trigger: ".o_bring_overview .o_kanban_record" },
    ];
}

// One delivery is picked and late, another is ready and was not sent.
registry.category("web_tour.tours").add("bring_overview_numbers", {
    steps: () => [
        ...opens(
            ".o_bring_open_orders tr:contains('Picked') td:first-of-type button:contains('1')",
            "S-late",
            "Picked, Since today",
        ),
        ...opens(
            ".o_bring_open_orders tr:contains('Picked') td:last-child button:contains('1')",
            "S-late",
            "Picked",
        ),
        ...opens("button[name=action_view_transfers]:contains('1 late')", "S-late", "Late"),
        ...opens("[name=today] a:contains('Ready to send'):contains('1')", "S-ready", "Ready to send"),
    ],
});
