-- a copy of the database must not speak for the account
UPDATE bring_account
   SET api_uid = NULL,
       api_key = NULL,
       test_mode = true;
-- nor take Bring's calls
UPDATE bring_account_key
   SET key_hash = NULL,
       revoked_at = COALESCE(revoked_at, now() AT TIME ZONE 'UTC');
