import { registry } from "@web/core/registry";

// One delivery: sent at 5, started at 7, despatched at 9; scheduled for that day.
registry.category("web_tour.tours").add("bring_reporting", {
    steps: () => [
        {
            content: "The reports are under Bring, Reporting",
            trigger: ".o_menu_sections [data-menu-xmlid='bring_warehousing.menu_bring']",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='bring_warehousing.menu_bring_despatch_analysis']",
            run: "click",
        },
        {
            content: "First the picture",
            trigger: ".o_graph_renderer canvas",
        },
        {
            trigger: ".o_switch_view.o_pivot",
            run: "click",
        },
        {
            content: "Then the figures: 2 hours and 2 hours are 4, and all of it on time",
            trigger:
                ".o_pivot tbody tr:first:contains('2.0'):contains('4.0'):contains('100.00%')",
        },
        {
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            content: "Then the deliveries themselves, each a click away",
            trigger: ".o_data_row:contains('Kari Nordmann') .o_data_cell[name=name]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=partner_id]:contains('Kari Nordmann'), .o_form_view .o_field_widget[name=partner_id] input",
        },
        {
            trigger: ".o_menu_sections [data-menu-xmlid='bring_warehousing.menu_bring']",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='bring_warehousing.menu_bring_receipt_analysis']",
            run: "click",
        },
        {
            content: "8 of 10 arrived, 2 of them blocked",
            trigger:
                ".o_pivot tbody tr:first:contains('10.00'):contains('8.00'):contains('80.00%'):contains('2.00')",
        },
    ],
});
