-- In which order lists show states: what asks for most comes first. Parameters: state.
CREATE FUNCTION jianfu_state_order AS (state) -> indexOf(['increased', 'none', 'partial', 'full', 'no_due'], state)
