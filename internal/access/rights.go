// Package access says who may do what, and for which regions: the roles, the rights, the table that gives rights to
// roles (rights.csv, which a bureau can read), and the Principal, who is whoever a request or a command acts for. It
// is apart from internal/auth, which finds out who somebody is, so that the audit log and every page can ask what a
// principal may do without knowing how they signed in. Nothing here touches the store.
package access

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// Role is what an account does. An account may have several; their rights add up.
type Role string

// The roles. Their texts are "role.<id>" in the message catalogue.
const (
	Leadership Role = "leadership" // 局领导: aggregates, no unit, no person
	Inspector  Role = "inspector"  // 督察内审: units, records, cases, issues
	Reporter   Role = "reporter"   // 报表岗: reports
	DataAdmin  Role = "data_admin" // 数据管理: loads, policy
	SysAdmin   Role = "sysadmin"   // 系统管理: accounts, settings, no data
	Auditor    Role = "auditor"    // 审计: the audit log and the permission matrix, read only
)

// Roles lists the roles in the order in which they are shown.
var Roles = []Role{Leadership, Inspector, Reporter, DataAdmin, SysAdmin, Auditor}

// Right is one thing that somebody may do. Its text is "right.<id>" in the message catalogue.
type Right string

// The rights.
const (
	FiguresAggregate Right = "figures.aggregate" // sums over units: overview, regions, industries, sizes, the big screen
	FiguresUnit      Right = "figures.unit"      // units by name: search, unit page, cases
	FiguresRecord    Right = "figures.record"    // records of persons; who lacks it gets small cells suppressed
	IssuesRead       Right = "issues.read"
	IssuesWrite      Right = "issues.write"
	IssuesApprove    Right = "issues.approve" // extensions and exemptions, by somebody other than who asks
	ReportsRead      Right = "reports.read"
	ReportsWrite     Right = "reports.write"      // prepare, check and send reports
	ReportsSign      Right = "reports.sign"       // sign reports that others prepared and checked
	LoadsRead        Right = "loads.read"         // loads with their rejects
	LoadsWrite       Right = "loads.write"        // load files and recompute
	DeclarationCheck Right = "declarations.check" // check what a unit is about to declare, against its records of the month before
	PolicyRead       Right = "policy.read"
	PolicyWrite      Right = "policy.write"
	Export           Right = "export"     // take away, as a file or a print, what the other rights show
	UsersRead        Right = "users.read" // accounts and the permission matrix
	UsersWrite       Right = "users.write"
	Settings         Right = "settings"
	ViewAs           Right = "view_as" // see what another account sees
	AuditRead        Right = "audit.read"
	Tokens           Right = "tokens" // make API tokens of one's own
)

// Rights lists the rights in the order of the table.
var Rights []Right

// kind tells what a right is about: to read here, to write, or to take away. Only the first may be lent to "view as".
var kind = map[Right]string{}

// given is the table: the rights of each role.
var given = map[Role]rightSet{}

//go:embed rights.csv
var rightsCSV string

// The table is part of the program; one that cannot be read stops it at once, and any test finds it.
func init() {
	if err := readTable(rightsCSV); err != nil {
		panic("rights.csv: " + err.Error())
	}
}

func readTable(text string) error {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return err
	}
	head := rows[0]
	for _, name := range head[2:] {
		if !slices.Contains(Roles, Role(name)) {
			return fmt.Errorf("no role is called %q", name)
		}
		given[Role(name)] = rightSet{}
	}
	if len(given) != len(Roles) {
		return fmt.Errorf("%d roles of %d have a column", len(given), len(Roles))
	}
	for _, row := range rows[1:] {
		right := Right(row[0])
		if row[1] != "read" && row[1] != "write" && row[1] != "take" {
			return fmt.Errorf("%s is of no known kind: %q", right, row[1])
		}
		Rights = append(Rights, right)
		kind[right] = row[1]
		for i, cell := range row[2:] {
			switch cell {
			case "x":
				given[Role(head[i+2])][right] = true
			case "":
			default:
				return fmt.Errorf("%s, %s: a cell is x or empty, not %q", right, head[i+2], cell)
			}
		}
	}
	return nil
}

// rightSet is a set of rights.
type rightSet map[Right]bool

// list is the set in the order of the table.
func (s rightSet) list() []Right {
	var rights []Right
	for _, right := range Rights {
		if s[right] {
			rights = append(rights, right)
		}
	}
	return rights
}

// rightsOf adds up the rights of roles.
func rightsOf(roles []Role) rightSet {
	all := rightSet{}
	for _, role := range roles {
		for right := range given[role] {
			all[right] = true
		}
	}
	return all
}

// RightsOf lists the rights that roles give together, in the order of the table.
func RightsOf(roles ...Role) []Right { return rightsOf(roles).list() }

// ReadRole returns the role of that id.
func ReadRole(id string) (Role, bool) {
	return Role(id), slices.Contains(Roles, Role(id))
}

// ReadRight returns the right of that id.
func ReadRight(id string) (Right, bool) {
	return Right(id), kind[Right(id)] != ""
}
