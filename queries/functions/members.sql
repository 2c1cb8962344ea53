-- The members of one or two axes that something stands in, as tuples of the axes and of the members; '' for no axis. Parameters:
-- place, trade and class, the codes of its region, industry and size.
CREATE FUNCTION jianfu_members AS (place, trade, class) -> [
    ('', '', '', ''),
    ('region', '', place, ''), ('industry', '', trade, ''), ('size', '', class, ''),
    ('region', 'industry', place, trade), ('region', 'size', place, class), ('industry', 'size', trade, class)]
