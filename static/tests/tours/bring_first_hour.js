import { registry } from "@web/core/registry";

const text = (selector) => document.querySelector(selector).textContent.trim();
const KEY = ".modal .o_field_widget[name=key]";
const ADDRESS = "[name=step_reachable] .o_field_widget[name=endpoint_url]";
const RESPONSE = `<?xml version="1.0" encoding="utf-8"?>
<o:orderResponseMessage xmlns:o="urn:gs1:ecom:order_response:xsd:3">
    <orderResponse>
        <creationDateTime>2026-03-02T08:00:00</creationDateTime>
        <documentStatusCode>ORIGINAL</documentStatusCode>
        <orderResponseIdentification>
            <entityIdentification>S-first</entityIdentification>
        </orderResponseIdentification>
        <responseStatusCode>O1</responseStatusCode>
        <originalOrder><entityIdentification>S-first</entityIdentification></originalOrder>
    </orderResponse>
</o:orderResponseMessage>`;
let key = "";

/** Wait until what was chosen has filled in another field. */
const filled = (name) => async () => {
    const input = () => document.querySelector(`.modal [name=${name}] input`);
    for (let tries = 0; tries < 200 && !input().value; tries++) {
        await new Promise((done) => setTimeout(done, 50));
    }
};

/** Send a first message, as Bring does. */
async function call() {
    const answer = await fetch(new URL(text(ADDRESS)).pathname, {
        method: "POST",
        headers: { "X-API-KEY": key, "Content-Type": "application/xml" },
        body: RESPONSE,
    });
    if (answer.status !== 200) {
        throw new Error(`HTTP ${answer.status}: ${await answer.text()}`);
    }
}

// An administrator and a database that knows nothing of Bring. The first test of the address finds
// no dbfilter, the second succeeds.
registry.category("web_tour.tours").add("bring_first_hour", {
    steps: () => [
        {
            content: "The empty overview leads into the guide",
            trigger: ".o_view_nocontent a:contains('Set up Bring')",
            run: "click",
        },
        {
            trigger: "[name=step_account] [name=name] input",
            run: "edit Bring Norge",
        },
        {
            trigger: "[name=step_account] [name=customer_number] input",
            run: "edit 123456",
        },
        {
            trigger: "[name=step_account] button:contains('Save and go on')",
            run: "click",
        },
        {
            content: "The account is there; the warehouses are next",
            trigger: "[name=step_account] i[title=Done]",
            // the button loads the record once more: a row that is added before that is lost
            run: () => new Promise((done) => setTimeout(done, 3000)),
        },
        {
            trigger: "[name=step_warehouses]:has(i[title=Next]) .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: ".modal [name=site_id] input",
            run: "edit Berger",
        },
        {
            trigger: ".modal [name=site_id] .o-autocomplete--dropdown-item:contains('Berger') a",
            run: "click",
        },
        {
            trigger: ".modal [name=code] input",
            run: filled("code"),
        },
        {
            trigger: ".modal [name=warehouse_id] input",
            run: "edit Berger",
        },
        {
            trigger:
                ".modal [name=warehouse_id] .o-autocomplete--dropdown-item:contains('Berger') a",
            run: "click",
        },
        {
            trigger: ".modal [name=stock_location_id] input",
            run: filled("stock_location_id"),
        },
        {
            trigger: ".modal button:contains('Save & Close')",
            run: "click",
        },
        {
            trigger: "[name=step_key] button[name=action_generate_key]",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_generate]",
            run: "click",
        },
        {
            content: "The key is shown once",
            trigger: KEY,
            run: () => {
                key = text(KEY);
            },
        },
        {
            trigger: ".modal button:contains('I have copied it')",
            run: "click",
        },
        {
            trigger: "[name=step_key] i[title=Done]",
        },
        {
            trigger: "[name=step_warehouses] i[title=Done]",
        },
        {
            trigger: "[name=step_reachable] button:contains('Test the address')",
            run: "click",
        },
        {
            content: "What is wrong stands at its step",
            trigger: "[name=step_reachable] .alert-danger:contains('dbfilter')",
        },
        {
            trigger: "[name=step_reachable] button:contains('Test the address')",
            run: "click",
        },
        {
            trigger: "[name=step_reachable] .alert-success",
        },
        {
            trigger: "[name=step_told] button:contains('Send this to Bring')",
            run: "click",
        },
        {
            content: "The letter is written: address, warehouse, no key",
            trigger: ".modal [name=body]:contains('/bring/warehousing/'):contains('BERGER')",
        },
        {
            trigger: ".modal [name=email_to] input",
            run: "edit kari@example.com",
        },
        {
            trigger: ".modal button[name=action_send]",
            run: "click",
        },
        {
            trigger: "[name=step_told]:has(i[title=Done]):contains('kari@example.com')",
        },
        {
            content: "Nobody has called yet; then Bring does",
            trigger: "[name=step_heard] .alert:contains('Nobody has called yet')",
            run: call,
        },
        {
            trigger: "[name=step_heard] button:contains('Look again')",
            run: "click",
        },
        {
            trigger: "[name=step_heard] i[title=Done]",
        },
        {
            content: "All else is done",
            trigger: "[name=step_live]:not(:has(.alert-warning)) button:contains('Go live')",
            run: "click",
        },
        {
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            trigger: "[name=progress] .badge:contains('All steps done')",
        },
    ],
});
