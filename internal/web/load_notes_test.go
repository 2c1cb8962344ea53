package web

import (
	"fmt"
	"strings"
	"testing"

	"jianfu/internal/access"
	"jianfu/internal/auth"
	"jianfu/internal/fixture"
)

// TestALoadsPageSaysWhatShouldBeLookedAt loads person numbers that name nobody.
func TestALoadsPageSaysWhatShouldBeLookedAt(t *testing.T) {
	o := staffed(t)
	fixture.Load(t, o.q, fixture.RecordsHeader+"05-X9,"+fixture.C+",2019-05,pension,normal,NULL,1,5000,5000,0.16,800,0.08,400,2019-05-15,,etax\n")
	loads, err := o.q.Loads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprint("/loads/", loads[len(loads)-1].ID)
	for _, test := range []struct{ path, want string }{{address, "1 行的个人编号不指任何人"}, {"/api/v1" + address, `"code":"persons_blank","lines":1`}} {
		if _, body := o.signedIn("sz-data_admin").get(test.path); strings.Contains(body, test.want) {
			t.Errorf("%s: who sees a part of a load is told of the whole", test.path)
		}
	}
	n := auth.NewAccount{Account: "all-data", Name: "某人", Roles: []access.Role{access.DataAdmin}, Regions: []string{"000000"}, Password: secret}
	if _, err := o.accounts.Create(t.Context(), access.CommandLine("test"), n); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ path, want string }{{address, "1 行的个人编号不指任何人"}, {"/api/v1" + address, `"code":"persons_blank","lines":1`}} {
		if _, body := o.signedIn("all-data").get(test.path); !strings.Contains(body, test.want) {
			t.Errorf("%s does not say %s: %s", test.path, test.want, body)
		}
	}
}
