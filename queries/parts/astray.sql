-- By which bits of persons/behind.sql a unit's month counts, because its figures differ from sums. Parameters: olds and news, the
-- places of the comparisons' scenarios, in parallel.
(owed, paid) -> [ -- by any comparison: too much; too little; more is owed than before; too much of what fell; more than ever was owed; some of what fell
    arrayExists(new -> paid > owed[new], {news:Array(UInt8)}),
    arrayExists(new -> paid < owed[new], {news:Array(UInt8)}),
    arrayExists((old, new) -> owed[new] > owed[old], {olds:Array(UInt8)}, {news:Array(UInt8)}),
    arrayExists((old, new) -> owed[old] > owed[new] AND paid > owed[new], {olds:Array(UInt8)}, {news:Array(UInt8)}),
    arrayExists((old, new) -> paid > greatest(owed[old], owed[new]), {olds:Array(UInt8)}, {news:Array(UInt8)}),
    arrayExists((old, new) -> owed[old] > owed[new] AND paid < owed[old], {olds:Array(UInt8)}, {news:Array(UInt8)})] AS astray,
(owed_employer, owed_employee, by_employer, by_employee) -> arrayMap(
    place -> bitShiftLeft(toUInt64(1), 51 + place),
    arrayFilter(
        (place, is) -> is,
        range(1, 13),
        arrayConcat(astray(owed_employer, by_employer), astray(owed_employee, by_employee)))) AS ways
