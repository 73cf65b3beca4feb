from . import bring_account_key_wizard, bring_account_letter, bring_document_ignore
