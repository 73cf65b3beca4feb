import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// Three despatch advices wait for the article NEW-1; the stock report differs in A1 and B1.
tours.add("bring_monday_morning", {
    steps: () => [
        {
            content: "One place for all that waits: Bring, To settle",
            trigger: "button[data-menu-xmlid='bring_warehousing.menu_bring']",
            run: "click",
        },
        {
            trigger: "a[data-menu-xmlid='bring_warehousing.menu_bring_to_settle']",
            run: "click",
        },
        {
            content: "Grouped by cause, each group open",
            trigger: ".o_group_header:contains('Article not known (3)')",
        },
        {
            trigger: ".o_group_header:contains('Stock differs (2)')",
        },
        {
            content: "The row has the button that mends it",
            trigger: ".o_data_row:contains('NEW-1'):first button:contains('Map the article')",
            run: "click",
        },
        {
            content: "How many follow is said before",
            trigger: ".modal .alert-info:contains('Documents applied again: 3')",
        },
        {
            trigger: ".modal .o_field_widget[name=product_id] input",
            run: "edit Blue mug",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Blue mug')",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=number]:contains('NEW-1')",
        },
        {
            trigger: ".modal-footer button[name=action_mend]",
            run: "click",
        },
        {
            content: "All three are settled at once",
            trigger: ".o_notification:contains('Documents applied: 3')",
        },
        {
            content: "A1: Bring is right, book it",
            trigger:
                ".o_list_view:has(.o_group_header:contains('Article not known (0)')) .o_data_row:contains('A1') button:contains('Book')",
            run: "click",
        },
        {
            trigger: ".modal-body:contains('Book this difference')",
        },
        {
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "B1: it was counted by hand; put it aside, and say why",
            trigger:
                ".o_list_view:not(:has(.o_data_row:contains('A1'))) .o_data_row:contains('B1') .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_ignore]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit Counted by hand on Friday",
        },
        {
            trigger: ".modal-footer button[name=action_ignore]",
            run: "click",
        },
        {
            content: "Nothing is left",
            trigger: ".o_list_view:not(:has(.o_data_row))",
        },
    ],
});

// One file that nobody sent, and one that is no message of Bring's.
tours.add("bring_drop_files", {
    steps: () => [
        {
            trigger: ".o_list_view button:contains('Load files')",
        },
        {
            content: "Files over the list: where to drop them shows",
            trigger: ".o_list_renderer",
            run() {
                this.anchor.dispatchEvent(
                    new DragEvent("dragenter", { dataTransfer: dropped(), bubbles: true })
                );
            },
        },
        {
            trigger: ".o-Dropzone",
            run() {
                this.anchor.dispatchEvent(
                    new DragEvent("drop", { dataTransfer: dropped(), bubbles: true })
                );
            },
        },
        {
            content: "There are two accounts: which one are they for?",
            trigger: ".modal .list-group-item:contains('Second account')",
            run: "click",
        },
        {
            trigger: ".o_notification:contains('order.xml was not loaded')",
        },
        {
            trigger: ".o_notification:contains('response.xml is loaded') button:contains('Open')",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=file_name]:contains('response.xml')",
        },
    ],
});

function dropped() {
    const response = `<orderResponseMessage><orderResponse>
        <orderResponseIdentification><entityIdentification>S-dropped</entityIdentification>
        </orderResponseIdentification><responseStatusCode>O1</responseStatusCode>
        </orderResponse></orderResponseMessage>`;
    const transfer = new DataTransfer();
    transfer.items.add(new File([response], "response.xml", { type: "text/xml" }));
    transfer.items.add(new File(["<order/>"], "order.xml", { type: "text/xml" }));
    return transfer;
}
