-- The figure of a unit that a list is sorted by; nought where it is sorted by something else. Parameters: name, of the figure; old,
-- new and charged, amounts.
CREATE FUNCTION jianfu_figure AS (name, old, new, charged) -> multiIf(
    name = 'old', old,
    name = 'new', new,
    name = 'charged', charged,
    name = 'due', old - new,
    name = 'real', old - charged,
    name = 'shortfall', charged - new,
    charged - charged)
