-- Whether a row lies within what its reader may see and a view is narrowed to. Parameters: scope; region, industry, size,
-- economic_type, unit_kind, '' for any.
jianfu_in_scope(region_code, {scope:Array(String)})
AND startsWith(region_code, {region:String})
AND jianfu_in_industry(industry_code, {industry:String})
AND jianfu_is(size, {size:String})
AND jianfu_is(economic_type, {economic_type:String})
AND jianfu_is(unit_kind, {unit_kind:String})
