-- Entries of the audit log. An entry is in a reader's scope when all regions of whoever acted are; an entry of somebody
-- without regions (a failed sign-in, an administrator) is for a reader of everything. Empty parameters leave open.
-- Grain: one row an entry. Order: newest first. Parameters: scope; actor, matched against both who acted and whose eyes
-- were used; actions; object; from_at and to_at, milliseconds since 1970, to_at exclusive; before, a number that the
-- entries stay below; rows, how many at most.
SELECT
    seq,
    at,
    toString(actor) AS actor,
    toString(view_as) AS view_as,
    session,
    toString(address) AS address,
    toString(action) AS action,
    object,
    CAST(scope, 'Array(String)') AS scope,
    CAST(details, 'Map(String, String)') AS details,
    reason,
    toString(prev) AS prev,
    toString(hash) AS hash
FROM audit
WHERE (has({scope:Array(String)}, '')
        OR (notEmpty(audit.scope)
            AND arrayAll(region -> jianfu_in_scope(region, {scope:Array(String)}), audit.scope)))
    AND ({actor:String} = '' OR audit.actor = {actor:String} OR audit.view_as = {actor:String})
    AND (empty({actions:Array(String)}) OR has({actions:Array(String)}, audit.action))
    AND jianfu_is(object, {object:String})
    AND at >= fromUnixTimestamp64Milli({from_at:Int64}, 'UTC')
    AND ({to_at:Int64} = 0 OR at < fromUnixTimestamp64Milli({to_at:Int64}, 'UTC'))
    AND ({before:UInt64} = 0 OR seq < {before:UInt64})
ORDER BY seq DESC
LIMIT {rows:UInt32}
