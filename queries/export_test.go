package queries

// Define and MakeViews are define and makeViews, for tests.
var (
	Define    = define
	MakeViews = makeViews
)
