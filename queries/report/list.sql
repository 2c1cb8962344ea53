-- Reports that a reader may see: all of their regions lie in his, and what shows figures about few persons is for who may see
-- those. Grain: one row a report. Order: the latest first. Parameters: scope; few, whether he may; id, the beginning of ids, ''
-- for any.
WITH last AS (
    SELECT report_id, argMin((step, at), (at, nonce)) AS ended
    FROM report_steps
    WHERE (report_id, seq) IN (SELECT report_id, max(seq) FROM report_steps GROUP BY report_id)
    GROUP BY report_id
)
SELECT
    toString(r.report_id) AS id,
    report_set,
    title,
    organisation,
    period_from,
    period_to,
    comparison,
    run_id,
    pack_hash,
    r.scope AS scope,
    few,
    tables,
    checks,
    waived,
    version,
    revises,
    file_names,
    file_sizes,
    file_hashes,
    prepared_by,
    prepared_at,
    if(ended.1 = '', 'prepared', toString(ended.1)) AS state
FROM reports AS r
LEFT JOIN last AS l ON l.report_id = r.report_id
WHERE arrayAll(part -> arrayExists(whole -> startsWith(part, whole), {scope:Array(String)}), r.scope)
    AND ({few:Bool} OR NOT few)
    AND startsWith(toString(r.report_id), {id:String})
ORDER BY prepared_at DESC, id
