-- Scenarios over several months and with several changes: period is the first month, through the last; the columns of the change hold the
-- first one, also the others in their order, each as policy.Move writes it. Scenarios from before have one of each.
ALTER TABLE scenarios {{.On}}
    ADD COLUMN IF NOT EXISTS through UInt32 DEFAULT period AFTER period,
    ADD COLUMN IF NOT EXISTS also Array(String) AFTER amount
