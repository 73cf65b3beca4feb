from . import (
    bring_account_key_wizard,
    bring_account_letter,
    bring_at_bring,
    bring_choose_warehouse,
    bring_document_export,
    bring_document_ignore,
    bring_mend,
    bring_mend_article,
    bring_mend_grade,
    bring_mend_order,
    bring_mend_unit,
    bring_mend_warehouse,
)
