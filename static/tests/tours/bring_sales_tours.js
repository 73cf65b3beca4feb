import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const TRACKING = "a[href='https://tracking.bring.com/tracking/70700000000000001'][target=_blank]";

// Six of ten have left of the order that the customer calls PO-4711.
const readTheOrder = [
    {
        content: "The status, how many of how many, and the link are on top",
        trigger: ".o_form_view .o_field_widget[name=bring_status]:contains('Partially despatched')",
    },
    {
        trigger: ".o_form_view .o_field_widget[name=bring_progress]:contains('6 of 10 despatched')",
    },
    {
        trigger: `.o_form_view .o_field_widget[name=bring_tracking] ${TRACKING}`,
    },
    {
        content: "What is left is on the tab, line by line",
        trigger: ".o_notebook .nav-link:contains('Bring')",
        run: "click",
    },
    {
        trigger: ".o_bring_lines tr:contains('A1'):contains('6 of 10'):contains('4 to follow from Bring')",
    },
    {
        content: "So are the parcels",
        trigger: `.o_bring_shipments ${TRACKING}`,
    },
    {
        content: "And what Bring said",
        trigger: ".o_bring_timeline li:contains('Partially despatched'):contains('6 Units of')",
    },
];

tours.add("bring_phone_call", {
    steps: () => [
        {
            content: "The customer has a reference of his own",
            trigger: ".o_list_view .o_searchview_input",
            run: "edit PO-4711",
        },
        {
            trigger: ".o_searchview_autocomplete .o-dropdown-item:contains('PO-4711')",
            run: "click",
        },
        {
            content: "The list alone answers most of it",
            trigger: `.o_list_view:not(:has(.o_data_row:eq(1))) .o_data_row:contains('Partially despatched'):contains('6 of 10 despatched') ${TRACKING}`,
        },
        {
            trigger: ".o_data_row .o_data_cell:first",
            run: "click",
        },
        ...readTheOrder,
    ],
});

tours.add("bring_phone_call_on_the_way", {
    steps: () => [
        {
            trigger: ".o_control_panel button:has(.fa-search)",
            run: "click",
        },
        {
            trigger: ".o_searchview_input",
            run: "edit PO-4711",
        },
        {
            trigger: ".o_searchview_autocomplete .o-dropdown-item:contains('PO-4711')",
            run: "click",
        },
        {
            content: "The card answers most of it",
            trigger: `.o_kanban_view:not(:has(.o_kanban_record:not(.o_kanban_ghost):eq(1))) .o_kanban_record:contains('Partially despatched'):contains('6 of 10 despatched') ${TRACKING}`,
        },
        {
            trigger: ".o_kanban_record:contains('Partially despatched') .fw-bolder:first",
            run: "click",
        },
        ...readTheOrder,
    ],
});
