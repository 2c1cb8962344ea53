package queries

// Define is define, for tests.
var Define = define
