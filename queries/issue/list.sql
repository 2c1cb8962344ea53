-- The issues that a filter finds, a page of them, and what all of them come to. Grain: one row an issue. Order: as by says,
-- falling where descending, then by number and id. Parameters: those of parts/issues_found.sql; by, descending; skip and most.
WITH
    {{.issues_found}}
SELECT
    toString(issue_id) AS issue,
    count() OVER () AS all_issues,
    sum(found) OVER () AS all_found,
    sum(corrected) OVER () AS all_corrected,
    sum(exempted) OVER () AS all_exempted,
    sum(outstanding) OVER () AS all_outstanding,
    sum(reassessed) OVER () AS all_reassessed
FROM issues_found
ORDER BY
    if({descending:Bool}, -1, 1) * multiIf(
        {by:String} = 'changed', toUnixTimestamp64Milli(at),
        {by:String} = 'due', if(pace = 'uncounted' OR concealed, 1000000000, toInt64(due_day)),
        {by:String} = 'found', toInt64(found * 100),
        {by:String} = 'corrected', toInt64(corrected * 100),
        {by:String} = 'outstanding', toInt64(outstanding * 100),
        {by:String} = 'severity', toInt64(indexOf(['low', 'normal', 'high', 'urgent'], severity)),
        toUnixTimestamp64Milli(registered_at)),
    number, issue_id
LIMIT {skip:UInt64}, {most:UInt64}
