package figures

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/period"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

func (s pages) memberOperations() []kit.Operation {
	var operations []kit.Operation
	for _, k := range memberKinds {
		parameters := kit.And(kit.Viewing, kit.ParamVersus, paramRank, paramCross)
		operations = append(operations,
			kit.Operation{Path: kit.APIRoot + "/" + k.name, Rights: kit.Figures, Handler: s.memberAPI(k), Reply: memberPageJSON{}, Parameters: parameters},
			kit.Operation{Path: kit.APIRoot + "/" + k.name + "/:" + k.param, Rights: kit.Figures, Handler: s.memberAPI(k), Reply: memberPageJSON{}, Parameters: without(parameters, k)})
	}
	return operations
}

// without are the parameters of a page that names a member itself.
func without(parameters []string, k memberKind) []string {
	named := map[string]string{regionPages.name: kit.ParamRegion, industryPages.name: kit.ParamIndustry, sizePages.name: kit.ParamSize}[k.name]
	var rest []string
	for _, name := range parameters {
		if name != named {
			rest = append(rest, name)
		}
	}
	return rest
}

// memberPageJSON is the figures of a member's page: those of an overview, and the member beside its like.
type memberPageJSON struct {
	overviewJSON
	Member            string        `json:"member,omitempty" example:"320200"`
	Parent            *memberJSON   `json:"parent"`
	Siblings          []siblingJSON `json:"siblings"`
	Cross             *crossJSON    `json:"cross"`
	ByMemberAndPeriod []monthJSON   `json:"by_member_and_period"`
}

type siblingJSON struct {
	Place int `json:"place,omitempty"`
	memberJSON
}

type crossJSON struct {
	Rows    string          `json:"rows" example:"industry"`
	Columns string          `json:"columns" example:"region"`
	Cells   []crossCellJSON `json:"cells"`
}

type crossCellJSON struct {
	Row        string `json:"row" example:"C"`
	Column     string `json:"column" example:"320200"`
	Suppressed bool   `json:"suppressed,omitempty"`
	*view.SumsJSON
	*countsJSON
}

// monthJSON is a month of a member.
type monthJSON struct {
	Key        string        `json:"key" example:"320200"`
	Name       string        `json:"name" example:"无锡市"`
	Period     period.Period `json:"period"`
	Suppressed bool          `json:"suppressed,omitempty"`
	*view.SumsJSON
}

// memberAPI is GET /api/v1/regions and so on, with the parameters of the page.
func (s pages) memberAPI(k memberKind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		m, err := s.askMember(c, k)
		if err != nil {
			return err
		}
		f := m.figures
		contents := dashboards.NewMember(f, m.Printer)
		reply := memberPageJSON{
			overviewJSON: overviewReply(m.Asked, f.Own.Overview, f.Own.Hidden, contents.Title), Member: f.Key,
			Siblings: []siblingJSON{}, ByMemberAndPeriod: []monthJSON{},
		}
		if f.Parent != nil {
			parent := member(f.Parent.Overview.Total, "", true, f.Parent.Hidden.All())
			reply.Parent = &parent
		}
		for _, r := range contents.Ranked {
			reply.Siblings = append(reply.Siblings, siblingJSON{r.Place, member(r.MemberRow, r.Name, true, r.Hidden)})
		}
		if f.Cross != nil {
			reply.Cross = crossReply(*f.Cross)
		}
		if f.Months != nil {
			reply.ByMemberAndPeriod = monthsReply(f, dashboards.NewNames(m.Printer))
		}
		return c.JSON(reply)
	}
}

func crossReply(x dashboards.Crossing) *crossJSON {
	reply := &crossJSON{Rows: x.Rows, Columns: x.Columns, Cells: []crossCellJSON{}}
	for _, cell := range x.Cells {
		reply.Cells = append(reply.Cells, crossCellJSON{Row: cell.Row, Column: cell.Column, SumsJSON: view.SumsOf(cell.Sums),
			countsJSON: &countsJSON{Units: &cell.Units, Headcount: cell.Headcount, States: &cell.States}})
	}
	for _, key := range hiddenCells(x) {
		reply.Cells = append(reply.Cells, crossCellJSON{Row: key[0], Column: key[1], Suppressed: true})
	}
	return reply
}

// hiddenCells are the cells of a crossing that are not shown, in order.
func hiddenCells(x dashboards.Crossing) [][2]string {
	return slices.SortedFunc(maps.Keys(x.Hidden), func(a, b [2]string) int {
		return cmp.Or(strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1]))
	})
}

func monthsReply(f dashboards.MemberFigures, names dashboards.Names) []monthJSON {
	list := []monthJSON{}
	months := map[string]period.Period{}
	for _, r := range f.MonthsOf.Overview.ByPeriod {
		months[r.Period.Number()] = r.Period
	}
	add := func(key [2]string, b *view.SumsJSON) {
		list = append(list, monthJSON{key[0], names.Member(f.MonthsBy, key[0]), months[key[1]], b == nil, b})
	}
	for _, cell := range f.Months.Cells {
		add([2]string{cell.Row, cell.Column}, view.SumsOf(cell.Sums))
	}
	for _, key := range hiddenCells(*f.Months) {
		add(key, nil)
	}
	return list
}

// figuresParameters are what operations of this topic take beside the common ones.
var figuresParameters = map[string]kit.APIParameter{
	paramCode:  {Form: regexp.MustCompile(`^[0-9]{6}$`), Example: "320100"},
	paramRank:  {Choices: dashboards.Rankings},
	paramCross: {Choices: crossings, Any: true},
}
