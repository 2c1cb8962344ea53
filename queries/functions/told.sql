-- Whether a notice is shown to its reader: one about an issue, which names no rights, to who reads issues of its region; any other to
-- who has the rights and sees the regions that it was made with. Parameters: needed and regions, of the notice; region, of its issue;
-- rights and scope, of the reader, the latter beginnings of codes.
CREATE FUNCTION jianfu_told AS (needed, regions, region, rights, scope) -> if(empty(needed),
    has(rights, 'issues.read') AND arrayExists(prefix -> startsWith(region, prefix), scope),
    hasAll(rights, needed) AND arrayAll(code -> arrayExists(prefix -> startsWith(code, prefix), scope), regions))
