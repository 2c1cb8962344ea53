-- The issues that a filter finds, as somebody sees them, each with how it does against its time limit. Grain: one row an issue.
-- pace is uncounted, in_time or late once it has ended, paused, overdue, due_today or on_time; due_day as in issue_clocks; took, working
-- days; age, in days since it was raised.
-- Parameters: scope; least, persons from which on nothing is concealed; region, bureau and industry, beginnings of codes;
-- fields, places in the list below, and the values that they must have; states, none for any; account, who owns or handles,
-- mentioned, reason, text, pace, age and money, '' for any; asked, whether an extension must wait for approval; from_day and
-- to_day of the registration; today; known_from and known_to, the days of the years around today that have a calendar, 0 for none;
-- soon_day, the last that is soon; basis, the hash of the calendar and the limits.
{{.issues_seen}},
clocks AS (
    SELECT issue_id, seq, due_day, took
    FROM issue_clocks
    WHERE basis = {basis:UInt64}
        AND as_of IN (0, {today:UInt32})
),
issues_found AS (
    SELECT
        i.issue_id AS issue_id, number, concealed, at, registered_at, region_code, industry_code, size, bureau, owner, handler, source, nature, category, severity, state, reason,
        found, corrected, exempted, outstanding, reassessed, reopened, escalated,
        c.due_day AS due_day,
        c.took AS took,
        multiIf(
            due_day = 0 OR ended_day = 0 AND clock_day NOT BETWEEN {known_from:UInt32} AND {known_to:UInt32}, 'uncounted',
            ended_day > 0, if(ended_day > due_day, 'late', 'in_time'),
            state = 'waiting', 'paused',
            {today:UInt32} > due_day, 'overdue',
            {today:UInt32} = due_day, 'due_today',
            'on_time') AS pace,
        toInt32(if(done_day > 0, done_day, {today:UInt32})) - registered_day AS days_old,
        multiIf(days_old <= 7, 'to_7', days_old <= 15, 'to_15', days_old <= 30, 'to_30', days_old <= 60, 'to_60', 'over_60') AS age
    FROM issues_seen AS i
    LEFT ANY JOIN clocks AS c ON c.issue_id = i.issue_id AND c.seq = i.seq
    WHERE jianfu_in_scope(region_code, {scope:Array(String)})
        AND startsWith(region_code, {region:String})
        AND startsWith(bureau, {bureau:String})
        AND jianfu_in_industry(industry_code, {industry:String})
        AND arrayAll((field, value) -> value = [source, nature, category, severity, size, owner, handler, unit_id, reason, toString(bureau)][field],
            {fields:Array(UInt8)}, {values:Array(String)})
        AND (empty({states:Array(String)}) OR state IN {states:Array(String)})
        AND ({account:String} = '' OR owner = {account:String} OR handler = {account:String})
        AND ({mentioned:String} = '' OR i.issue_id IN (SELECT issue_id FROM issue_events WHERE has(mentions, {mentioned:String})))
        AND ({reason:String} = '' OR has(reasons, {reason:String}))
        AND ({text:String} = '' OR positionCaseInsensitiveUTF8(concat(number, ' ', unit_id, ' ', title), {text:String}) > 0)
        AND (asked OR NOT {asked:Bool})
        AND registered_day BETWEEN {from_day:UInt32} AND {to_day:UInt32}
        AND multiIf({money:String} = 'found', found > 0, {money:String} = 'corrected', corrected > 0, {money:String} = 'exempted', exempted > 0,
            {money:String} = 'outstanding', outstanding > 0, {money:String} = 'reassessed', reassessed != 0, {money:String} = 'none', found = 0, 1)
        AND (pace = {pace:String} OR {pace:String} = '' OR {pace:String} = 'soon' AND pace = 'on_time' AND due_day <= {soon_day:UInt32})
        AND (age = {age:String} OR {age:String} = '')
)
