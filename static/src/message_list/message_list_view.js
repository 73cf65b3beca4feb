import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { checkFileSize } from "@web/core/utils/files";
import { useService } from "@web/core/utils/hooks";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

const TYPES = { new: "success", known: "info", refused: "danger" };

/** Ask which account files are for, where there are several. */
export class ChooseAccountDialog extends Component {
    static template = "bring_warehousing.ChooseAccountDialog";
    static components = { Dialog };
    static props = { accounts: Array, onChosen: Function, close: Function };

    choose(account) {
        this.props.onChosen(account);
        this.props.close();
    }
}

/** The inbox: message files are loaded by a button, or by dropping them on the list. */
export class MessageListController extends ListController {
    setup() {
        super.setup();
        this.http = useService("http");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.fileInput = useRef("messageFiles");
        this.loading = useState({ isAllowed: false, isBusy: false });
        onWillStart(async () => {
            this.loading.isAllowed = await user.hasGroup("bring_warehousing.group_bring_manager");
        });
        useDropzone(
            this.rootRef,
            (ev) => this.loadFiles(ev.dataTransfer.files),
            "o_bring_dropzone",
            () => this.loading.isAllowed && !this.loading.isBusy
        );
    }

    onFilesChosen(ev) {
        const files = [...ev.target.files];
        ev.target.value = "";
        return this.loadFiles(files);
    }

    async loadFiles(files) {
        files = [...files].filter((file) => checkFileSize(file.size, this.notification));
        if (!files.length) {
            return;
        }
        const accounts = await this.orm.searchRead("bring.account", [], ["name"]);
        if (accounts.length > 1) {
            this.dialog.add(ChooseAccountDialog, {
                accounts,
                onChosen: (account) => this.sendFiles(account, files),
            });
        } else if (accounts.length) {
            await this.sendFiles(accounts[0], files);
        } else {
            this.notification.add(_t("There is no account with Bring yet."), { type: "warning" });
        }
    }

    /** One request a file, one after the other: each may be as large as a delivery. */
    async sendFiles(account, files) {
        this.loading.isBusy = true;
        try {
            for (const file of files) {
                const told = await this.http.post("/bring/message/load", {
                    csrf_token: odoo.csrf_token,
                    account_id: account.id,
                    ufile: [file],
                });
                told.forEach((result) => this.tell(result));
            }
        } finally {
            this.loading.isBusy = false;
        }
        await this.model.load();
    }

    tell({ outcome, words, id }) {
        const buttons = id
            ? [
                  {
                      name: _t("Open"),
                      onClick: () =>
                          this.actionService.doAction({
                              type: "ir.actions.act_window",
                              res_model: "bring.message",
                              res_id: id,
                              views: [[false, "form"]],
                          }),
                  },
              ]
            : [];
        this.notification.add(words, { type: TYPES[outcome], sticky: outcome !== "new", buttons });
    }
}

registry.category("views").add("bring_message_list", {
    ...listView,
    Controller: MessageListController,
    buttonTemplate: "bring_warehousing.MessageListView.Buttons",
});
