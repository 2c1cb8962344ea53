-- The members of one or two axes that a unit stands in; as jianfu_members, by all dimensions. Parameters: place, trade, class,
-- economy and kind, the codes of its region, industry, size, economic type and kind.
CREATE FUNCTION jianfu_all_members AS (place, trade, class, economy, kind) -> [
    ('', '', '', ''),
    ('region', '', place, ''), ('industry', '', trade, ''), ('size', '', class, ''), ('economic_type', '', economy, ''), ('unit_kind', '', kind, ''),
    ('region', 'industry', place, trade), ('region', 'size', place, class), ('region', 'economic_type', place, economy), ('region', 'unit_kind', place, kind),
    ('industry', 'size', trade, class), ('industry', 'economic_type', trade, economy), ('industry', 'unit_kind', trade, kind),
    ('size', 'economic_type', class, economy), ('size', 'unit_kind', class, kind), ('economic_type', 'unit_kind', economy, kind)]
