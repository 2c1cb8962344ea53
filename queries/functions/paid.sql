-- What the payers of a view pay together, in yuan. Parameters: employer and employee, their parts; of_employer and
-- of_employee, whether the view is of them.
CREATE FUNCTION jianfu_paid AS (employer, employee, of_employer, of_employee) -> if(of_employer, employer, toDecimal64('0', 2)) + if(of_employee, employee, toDecimal64('0', 2))
