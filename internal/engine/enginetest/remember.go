package enginetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Remember lets the engine of a data directory, which has not been opened yet, answer from memory what it was asked before,
// for as long as nothing was written to what the statement reads. Tests that go to thousands of addresses ask the same hundred
// things of a store; understanding a statement takes the engine a tenth of a second, however few the rows. What is remembered
// is what the engine answered: a write to a table, whoever made it, forgets all that was read from there, and a change of the
// schema forgets everything.
func Remember(t testing.TB, dir string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, rememberName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// rememberName is the file that asks for it.
const rememberName = "remember"

// between is the memory of the engine of a directory that asks for one.
func between(dir string, next http.Handler) http.Handler {
	if _, err := os.Stat(filepath.Join(dir, rememberName)); err != nil {
		return next
	}
	return &memory{next: next, versions: map[string]uint64{}, writing: map[string]int{}, answers: map[string]remembered{}}
}

// memory stands between clients and an engine.
type memory struct {
	next http.Handler

	mutex    sync.Mutex
	made     map[string]string     // what a view or a function is made of, nothing for a table; nil until it is learned
	reads    map[string][]string   // what a statement reads; nil for one that is not remembered
	versions map[string]uint64     // how often something was written to
	writing  map[string]int        // how many write to it now
	answers  map[string]remembered // by statement and parameters
}

// remembered is an answer, and the versions of what it was read from.
type remembered struct {
	stamp  string
	header http.Header
	body   []byte
}

// schema is what every statement depends on.
const schema = "*"

// fickle is what statements have in them whose answers differ without a write.
var fickle = regexp.MustCompile(`(?i)\b(system|information_schema)\.|\b(now|now64|today|yesterday|rand\w*|generate\w*|sleep\w*|url|file|remote\w*)\s*\(`)

// ServeHTTP answers from memory, or asks the engine.
func (m *memory) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	if r.Method != http.MethodPost || r.URL.Path != "/" {
		m.next.ServeHTTP(w, r)
		return
	}
	sql := values.Get("query")
	if sql == "" {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		sql, r.Body = string(body), io.NopCloser(bytes.NewReader(body))
	}
	switch verb, words := spoken(sql); {
	case verb == "INSERT":
		m.write(words, w, r) // reads of the store's tables among them, at no harm
	case values.Has("query") || verb != "SELECT" && verb != "WITH" && verb != "DESCRIBE":
		m.write([]string{schema}, w, r)
	default:
		m.read(sql, values, w, r)
	}
}

// write lets the engine write to some of these names. What is read meanwhile may be from before or after.
func (m *memory) write(names []string, w http.ResponseWriter, r *http.Request) {
	count := func(by int) {
		m.mutex.Lock()
		defer m.mutex.Unlock()
		for _, name := range names {
			m.versions[name]++
			m.writing[name] += by
		}
		if slices.Contains(names, schema) {
			m.made = nil
		}
	}
	count(1)
	defer count(-1)
	m.next.ServeHTTP(w, r)
}

func (m *memory) read(sql string, values url.Values, w http.ResponseWriter, r *http.Request) {
	for _, own := range []string{"query_id", "max_execution_time"} { // which differ from one time to the next
		values.Del(own)
	}
	key := values.Encode() + "\n" + sql
	stamp, known := m.stamp(sql)
	m.mutex.Lock()
	answer, found := m.answers[key]
	m.mutex.Unlock()
	if found && known && answer.stamp == stamp {
		for name, value := range answer.header {
			w.Header()[name] = value
		}
		_, _ = w.Write(answer.body)
		return
	}
	heard := &hearer{ResponseWriter: w}
	m.next.ServeHTTP(heard, r)
	if known && heard.whole() {
		m.mutex.Lock()
		defer m.mutex.Unlock()
		m.answers[key] = remembered{stamp, w.Header().Clone(), heard.body.Bytes()}
	}
}

// stamp is the state of all that a statement reads; there is none while somebody writes to it.
func (m *memory) stamp(sql string) (stamp string, known bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.writing[schema] > 0 {
		return "", false
	}
	if m.made == nil && m.learn() != nil {
		return "", false
	}
	reads, asked := m.reads[sql]
	if !asked {
		reads = m.readBy(sql)
		m.reads[sql] = reads
	}
	for _, name := range reads {
		if m.writing[name] > 0 {
			return "", false
		}
		stamp += fmt.Sprintf("%s %d,", name, m.versions[name])
	}
	return stamp, reads != nil
}

// learn asks the engine what there is, and of what it is made.
func (m *memory) learn() error {
	const sql = "SELECT name, if(engine = 'View', create_table_query, '') AS text FROM system.tables WHERE database = currentDatabase() UNION ALL SELECT name, create_query FROM system.functions WHERE origin = 'SQLUserDefined'"
	answer := httptest.NewRecorder()
	m.next.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/?default_format=JSONEachRow", strings.NewReader(sql)))
	if answer.Code != http.StatusOK {
		return errors.New(answer.Body.String())
	}
	m.made, m.reads = map[string]string{}, map[string][]string{}
	for lines := json.NewDecoder(answer.Body); ; {
		var one struct{ Name, Text string }
		if err := lines.Decode(&one); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		m.made[one.Name] = one.Text
	}
}

// readBy are the names that a statement may read from, through views and functions: every word of it that is one. It is nil
// where the answer may differ without a write.
func (m *memory) readBy(sql string) []string {
	reads, seen := []string{schema}, map[string]bool{}
	for texts := []string{sql}; len(texts) > 0; texts = texts[1:] {
		if fickle.MatchString(comment.ReplaceAllString(texts[0], "")) {
			return nil
		}
		_, words := spoken(texts[0])
		for _, word := range words {
			if made, there := m.made[word]; there && !seen[word] {
				seen[word] = true
				reads, texts = append(reads, word), append(texts, made)
			}
		}
	}
	slices.Sort(reads)
	return reads
}

var (
	comment = regexp.MustCompile(`(?m)^\s*--.*$`)
	words   = regexp.MustCompile(`\w+`)
)

// spoken are the first word of a statement, in capitals, and all of its words.
func spoken(sql string) (verb string, all []string) {
	all = words.FindAllString(comment.ReplaceAllString(sql, ""), -1)
	if len(all) > 0 {
		verb = strings.ToUpper(all[0])
	}
	return verb, all
}

// hearer hears what the engine answers.
type hearer struct {
	http.ResponseWriter
	refused bool
	body    bytes.Buffer
}

func (h *hearer) WriteHeader(status int) {
	h.refused = status != http.StatusOK
	h.ResponseWriter.WriteHeader(status)
}

func (h *hearer) Write(data []byte) (int, error) {
	h.body.Write(data)
	return h.ResponseWriter.Write(data)
}

// whole tells whether it was an answer from beginning to end.
func (h *hearer) whole() bool {
	return !h.refused && !bytes.Contains(h.body.Bytes(), []byte("__exception__"))
}
