-- The issues that a filter finds, as somebody sees them, each with how it does against its time limit. Grain: one row an issue.
-- Days are counted by marks: twice the working days so far, and one more on a day that is none. pace is uncounted, in_time or late
-- once it has ended, paused, overdue, due_today or on_time; due and reached, marks; took, half working days; age, in days since it was raised.
-- Parameters: scope; least, persons from which on nothing is concealed; region, bureau and industry, beginnings of codes;
-- fields, places in the list below, and the values that they must have; states, none for any; account, who owns or handles,
-- mentioned, reason, text, pace, age and money, '' for any; asked, whether an extension must wait for approval; from_day and
-- to_day of the registration; today; first and marks, the calendar; ends, the last mark of each stretch of its years; kinds
-- and allowed, the limits.
{{.issues_seen}},
(SELECT {marks:Array(UInt32)}) AS marks, -- once, and not wherever a day is marked
day -> if(day < {first:UInt32}, 0, marks[toInt64(day) - {first:UInt32} + 1]) AS mark,
issues_found AS (
    SELECT
        issue_id, number, concealed, at, registered_at, region_code, industry_code, size, bureau, owner, handler, source, nature, category, severity, state, reason,
        found, corrected, exempted, outstanding, reassessed, reopened, escalated,
        mark(clock_day) AS started,
        mark(if(ended_day > 0, ended_day, {today:UInt32}) AS last_day) AS reached,
        arraySum(p -> if(mark(if(p.2 > 0, p.2, last_day) AS until) = 0, 1000000000, intDiv(mark(until), 2) - intDiv(mark(p.1), 2)), paused_days) AS paused,
        extended + transform(kind, {kinds:Array(String)}, {allowed:Array(UInt32)}, 0) AS lasts,
        (intDiv(started, 2) + lasts + paused) * 2 AS due,
        multiIf(
            started = 0 OR reached = 0 OR intDiv(started, 2000000) != intDiv(reached, 2000000)
                OR due > transform(intDiv(started, 2000000), range(length({ends:Array(UInt32)})), {ends:Array(UInt32)}, 0), 'uncounted',
            ended_day > 0, if(reached > due, 'late', 'in_time'),
            state = 'waiting', 'paused',
            reached > due, 'overdue',
            reached = due, 'due_today',
            'on_time') AS pace,
        intDiv(reached, 2) - intDiv(started, 2) - paused AS took,
        toInt32(if(done_day > 0, done_day, {today:UInt32})) - registered_day AS days_old,
        multiIf(days_old <= 7, 'to_7', days_old <= 15, 'to_15', days_old <= 30, 'to_30', days_old <= 60, 'to_60', 'over_60') AS age
    FROM issues_seen
    WHERE jianfu_in_scope(region_code, {scope:Array(String)})
        AND startsWith(region_code, {region:String})
        AND startsWith(bureau, {bureau:String})
        AND jianfu_in_industry(industry_code, {industry:String})
        AND arrayAll((field, value) -> value = [source, nature, category, severity, size, owner, handler, unit_id, reason, toString(bureau)][field],
            {fields:Array(UInt8)}, {values:Array(String)})
        AND (empty({states:Array(String)}) OR state IN {states:Array(String)})
        AND ({account:String} = '' OR owner = {account:String} OR handler = {account:String})
        AND ({mentioned:String} = '' OR issue_id IN (SELECT issue_id FROM issue_events WHERE has(mentions, {mentioned:String})))
        AND ({reason:String} = '' OR has(reasons, {reason:String}))
        AND ({text:String} = '' OR positionCaseInsensitiveUTF8(concat(number, ' ', unit_id, ' ', title), {text:String}) > 0)
        AND (asked OR NOT {asked:Bool})
        AND registered_day BETWEEN {from_day:UInt32} AND {to_day:UInt32}
        AND multiIf({money:String} = 'found', found > 0, {money:String} = 'corrected', corrected > 0, {money:String} = 'exempted', exempted > 0,
            {money:String} = 'outstanding', outstanding > 0, {money:String} = 'reassessed', reassessed != 0, {money:String} = 'none', found = 0, 1)
        AND (pace = {pace:String} OR {pace:String} = '' OR {pace:String} = 'soon' AND pace = 'on_time' AND due <= reached + 4)
        AND (age = {age:String} OR {age:String} = '')
)
