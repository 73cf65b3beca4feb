from . import bring_account_key_wizard, bring_document_ignore
