-- Packages with reports of lower bureaus that a reader may see: their regions lie in his, and what shows figures about few persons is
-- for who may see those. Grain: one row a package. Order: by window, set, comparison and region, the latest signed first. Parameters:
-- scope; few, whether he may; hash, the beginning of the packages' hashes, '' for any.
SELECT
    toString(package_hash) AS hash,
    size,
    toString(report_id) AS report_id,
    version,
    toString(report_set) AS report_set,
    title,
    organisation,
    toString(region) AS region,
    period_from,
    period_to,
    toString(comparison) AS comparison,
    pack_hash,
    pack,
    few,
    tables,
    waived,
    signed_at,
    toString(fingerprint) AS fingerprint,
    received_by,
    received_at
FROM received_packages AS p
WHERE arrayExists(whole -> startsWith(p.region, whole), {scope:Array(String)})
    AND ({few:Bool} OR NOT few)
    AND startsWith(toString(package_hash), {hash:String})
ORDER BY period_from DESC, period_to, report_set, comparison, p.region, signed_at DESC, hash
