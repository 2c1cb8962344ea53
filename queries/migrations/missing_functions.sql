-- Which functions the engine does not have as they are written here. Grain: one row a function. Order: by definition.
-- Parameters: definitions, the statements that create them.
SELECT arrayJoin({definitions:Array(String)}) AS definition
WHERE formatQuerySingleLine(definition) NOT IN (SELECT create_query FROM system.functions WHERE origin = 'SQLUserDefined')
ORDER BY definition
