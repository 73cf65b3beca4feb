import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// Ten of B1 and of A1 in Odoo; Bring's report says 8 and 7. A1 is booked, B1 is kept.
tours.add("bring_settle_stock_report", {
    steps: () => [
        {
            content: "The overview tells how many differences are to settle",
            trigger: ".o_kanban_record button[name=action_view_last_report]:contains('2 to settle')",
            run: "click",
        },
        {
            content: "The report shows the largest first; open those that differ",
            trigger: ".o_form_view .o_field_widget[name=open_line_ids] .o_data_row:first:contains('B1')",
        },
        {
            trigger: "button.oe_stat_button:contains('Differ')",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains('A1') .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_apply]",
            run: "click",
        },
        {
            content: "What will be booked is said first",
            trigger: ".modal-body:contains('Book the differences')",
        },
        {
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "What is booked differs no more",
            trigger: ".o_list_view:not(:has(.o_data_row:contains('A1'))) .o_data_row:contains('B1') .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_keep]",
            run: "click",
        },
        {
            trigger: ".o_list_view:not(:has(.o_data_row))",
        },
        {
            content: "Back to the report: nothing of it is left",
            trigger: ".o_back_button, .breadcrumb-item:last a",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_arrow_button_current:contains('Settled')",
        },
    ],
});

tours.add("bring_apply_again", {
    steps: () => [
        {
            trigger: ".o_list_view .o_data_row:contains('S-late') .o_data_cell:first",
            run: "click",
        },
        {
            content: "The document says in words what is wrong",
            trigger: ".alert-warning:contains('What is wrong'):contains('LATE')",
        },
        {
            trigger: ".o_form_view button[name=action_retry]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=state]:contains('Done')",
        },
        {
            trigger: ".o_form_view button[name=action_open_result]",
            run: "click",
        },
        {
            content: "The delivery is done",
            trigger: ".o_form_view .o_arrow_button_current:contains('Done')",
        },
    ],
});
