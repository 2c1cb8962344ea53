package web

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jianfu/etl"
	"jianfu/etl/sample"
	"jianfu/internal/access"
	"jianfu/internal/auth"
	"jianfu/internal/fixture"
	"jianfu/internal/policy"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/limits"
	"jianfu/queries"
)

// provinceSamples are values of parameters for which there is something in every sample of Jiangsu. What its files
// decide is read from the answers.
var provinceSamples = map[string][]string{
	kit.ParamRegion:     {"320000", "320500", "320505"},
	kit.ParamIndustry:   {"C", "C26", "-"},
	kit.ParamFrom:       {"2019-01", "2019-05", "2019-10"},
	kit.ParamTo:         {"2019-12", "2019-10"},
	kit.ParamComparison: {"vs-april", "vs-lapsed"},
}

// province is an office over a sample province, whose files have all the faults that files have.
func province(t *testing.T) *office {
	t.Helper()
	if testing.Short() {
		t.Skip("takes an engine and a minute; the race detector has no eyes in the engine")
	}
	made, err := sample.Make(t.Context(), sample.Options{Dir: filepath.Join(t.TempDir(), "sample"), Units: 100, Seed: 4, Dirty: true})
	if err != nil {
		t.Fatal(err)
	}
	few := []byte("id,thresholds\ncounty,2;0.05\nprovince,5;0.01\n") // in so small a province few units are a systemic finding
	if err := os.WriteFile(filepath.Join(made.Policy, "rules.csv"), few, 0o600); err != nil {
		t.Fatal(err)
	}
	pack, err := policy.Load(os.DirFS(made.Policy))
	if err != nil {
		t.Fatal(err)
	}
	q := fixture.RememberingOpen(t)
	loader := etl.Loader{Queries: q, Now: fixture.Now}
	for _, files := range [][]string{made.Files[:len(made.Files)-1], made.Files} { // two runs
		if _, err := loader.Load(t.Context(), files); err != nil {
			t.Fatal(err)
		}
		fixture.Recompute(t, q, pack)
	}
	o := openOffice(t, q, nil)
	o.server.Accounts, o.server.Addresses = limits.NewMeter(1e9, 1e9), limits.NewMeter(1e9, 1e9)
	for _, role := range access.Roles {
		n := auth.NewAccount{Account: "js-" + string(role), Name: "某人", Roles: []access.Role{role}, Regions: []string{"320000"}, Password: secret}
		if role == access.SysAdmin {
			n.Regions = nil
		}
		if _, err := o.accounts.Create(t.Context(), access.CommandLine("test"), n); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// TestAProvinceIsAnsweredAsTheDocumentSays asks every operation over a sample province with many parameters at once, holds
// the answers against the document, and the pages against the answers.
func TestAProvinceIsAnsweredAsTheDocumentSays(t *testing.T) {
	t.Parallel()
	o := province(t)
	r, dice := newReader(t), rand.New(rand.NewPCG(4, 2019)) //nolint:gosec // a test's own dice
	values := o.provinceValues(o.signedIn("js-inspector"))
	compared := 0
	for _, operation := range o.server.Operations() {
		if in := operation.InPath(); slices.Contains(in, "report") || slices.Contains(in, "job") { // the province has none; TestAnswersAreAsTheDocumentSays asks for them
			continue
		}
		schema := r.schema(operation)
		for _, role := range []access.Role{access.Inspector, access.Leadership, access.DataAdmin} {
			if !expects("GET "+operation.Path, role) || role == access.DataAdmin && expects("GET "+operation.Path, access.Inspector) {
				continue
			}
			b, answered := o.signedIn("js-"+string(role)), 0
			for _, path := range paths(t, operation, values) {
				for n := range 4 {
					address := path
					if query := drawn(dice, operation, values, 2*n); query != "" {
						address += "?" + query
					}
					body := r.ask(b, string(role), address, schema)
					if body == "" {
						continue
					}
					answered++
					if o.shown(operation) {
						compared += o.compare(b, address, body)
					}
				}
			}
			if answered == 0 {
				t.Errorf("%s %s was never answered", role, operation.Path)
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d amounts were compared", compared)
	}
}

// drawn are n parameters of an operation, each at one of its values.
func drawn(dice *rand.Rand, o kit.Operation, values map[string][]string, n int) string {
	query := url.Values{}
	for range n {
		name := o.InQuery()[dice.IntN(len(o.InQuery()))]
		tried := samples(values, o, name)
		query.Set(name, tried[dice.IntN(len(tried))])
	}
	if query.Get(kit.ParamFrom) > query.Get(kit.ParamTo) && query.Get(kit.ParamTo) != "" {
		query.Del(kit.ParamFrom)
	}
	return query.Encode()
}

// provinceValues are the samples with what the province's own answers add: its units.
func (o *office) provinceValues(b *browser) map[string][]string {
	o.t.Helper()
	values := map[string][]string{}
	for name, tried := range provinceSamples {
		values[name] = tried
	}
	var found struct {
		Units []struct {
			UnitID string `json:"unit_id"`
			Name   string `json:"name"`
		} `json:"units"`
	}
	if _, body := b.get(kit.APIRoot + "/units?sort=-shortfall&per_page=10"); json.Unmarshal([]byte(body), &found) != nil || len(found.Units) < 10 {
		o.t.Fatalf("ten units were not found: %.300s", body)
	}
	for _, u := range found.Units[:3] {
		values["id"] = append(values["id"], u.UnitID)
		values[kit.ParamSearch] = append(values[kit.ParamSearch], u.UnitID, strings.TrimSpace(u.Name))
	}
	var records struct{ Records []struct{ Load, Line uint32 } }
	if _, body := b.get(kit.APIRoot + "/units/" + values["id"][0] + "/records"); json.Unmarshal([]byte(body), &records) != nil || len(records.Records) == 0 {
		o.t.Fatalf("the first unit has no records: %.300s", body)
	}
	values["run"], values["against"] = []string{"2"}, []string{"1"}
	var moved struct {
		Moved []struct {
			UnitID string `json:"unit_id"`
		}
	}
	if _, body := b.get(kit.APIRoot + "/runs/2/difference/units"); json.Unmarshal([]byte(body), &moved) != nil || len(moved.Moved) == 0 {
		o.t.Fatalf("no unit moved: %.300s", body)
	}
	values[kit.ParamUnit] = []string{moved.Moved[0].UnitID}
	var systemic struct {
		Findings []struct {
			ID string `json:"id"`
		}
	}
	if _, body := b.get(kit.APIRoot + "/findings"); json.Unmarshal([]byte(body), &systemic) != nil || len(systemic.Findings) == 0 || systemic.Findings[0].ID == "" {
		o.t.Fatalf("there are no findings: %.300s", body)
	}
	values["finding"] = []string{systemic.Findings[0].ID}
	by := access.New(access.Grant{Account: "js-inspector", Roles: []access.Role{access.Inspector}, Regions: []string{"320000"}})
	issue, err := o.issues().OpenFromCase(o.t.Context(), by, 2, queries.InCounty{Unit: values["id"][0]})
	if err != nil {
		o.t.Fatal(err)
	}
	values["number"] = []string{issue.Number}
	values["load"], values["line"] = []string{fmt.Sprint(records.Records[0].Load)}, []string{fmt.Sprint(records.Records[0].Line)}
	return values
}
