-- Who alone gave an account its password or its rights, accounts with spaces between: until somebody else has confirmed
-- with its owner that he holds it, it may do nothing. Empty where nothing is left to confirm.
ALTER TABLE accounts {{.On}} ADD COLUMN IF NOT EXISTS given_by String DEFAULT ''
