-- The issues that a filter finds, a page of them, and what all of them come to. Grain: one row an issue. Order: as by says,
-- falling where descending, then by number and id. Parameters: scope; least, persons from which on nothing is concealed; region, bureau and industry,
-- beginnings of codes; fields, places in the list below, and the values that they must have; states, none for any; account, who owns or handles,
-- mentioned, reason, text, pace, age and money, '' for any; asked, whether an extension must wait for approval; from_day and
-- to_day of the registration; today; first and marks, the calendar; ends, the last mark of each stretch of its years; kinds
-- and allowed, the limits; by, descending; skip and most.
SELECT
    toString(issue_id) AS issue,
    count() OVER () AS all_issues,
    sum(found) OVER () AS all_found,
    sum(corrected) OVER () AS all_corrected,
    sum(exempted) OVER () AS all_exempted,
    sum(outstanding) OVER () AS all_outstanding,
    sum(reassessed) OVER () AS all_reassessed
FROM issues_found(
    scope = {scope:Array(String)}, least = {least:UInt64}, region = {region:String}, bureau = {bureau:String}, industry = {industry:String},
    fields = {fields:Array(UInt8)}, values = {values:Array(String)}, states = {states:Array(String)}, account = {account:String},
    mentioned = {mentioned:String}, reason = {reason:String}, text = {text:String}, pace = {pace:String}, age = {age:String}, money = {money:String},
    asked = {asked:Bool}, from_day = {from_day:UInt32}, to_day = {to_day:UInt32}, today = {today:UInt32}, first = {first:UInt32},
    marks = {marks:Array(UInt32)}, ends = {ends:Array(UInt32)}, kinds = {kinds:Array(String)}, allowed = {allowed:Array(UInt32)})
ORDER BY
    if({descending:Bool}, -1, 1) * multiIf(
        {by:String} = 'changed', toUnixTimestamp64Milli(at),
        {by:String} = 'due', if(pace = 'uncounted' OR concealed, 1000000000, toInt64(due)),
        {by:String} = 'found', toInt64(found * 100),
        {by:String} = 'corrected', toInt64(corrected * 100),
        {by:String} = 'outstanding', toInt64(outstanding * 100),
        {by:String} = 'severity', toInt64(indexOf(['low', 'normal', 'high', 'urgent'], severity)),
        toUnixTimestamp64Milli(registered_at)),
    number, issue_id
LIMIT {skip:UInt64}, {most:UInt64}
