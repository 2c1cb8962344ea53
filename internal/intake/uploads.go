package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"
	"github.com/tus/tusd/v2/pkg/memorylocker"
	"golang.org/x/exp/slog" // which tusd takes
	"golang.org/x/sys/unix"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/identifier"
	"jianfu/internal/problem"
	"jianfu/internal/typed"
)

// How much is taken in: of one file, files of one account that wait, what must stay free on the disk, and how long a file waits that
// nobody does anything with.
const (
	Largest     = 8 << 30
	mostOfOne   = 20
	leastFree   = 2 << 30
	kept        = 7 * 24 * time.Hour
	longestName = 120
)

// Root is where Files is asked for.
const Root = "/loads/files/"

// Upload is a file that was received, or is being received.
type Upload struct {
	ID       string
	Name     string
	Account  string // who brings it
	Size     int64
	Received int64
	Changed  time.Time // when something of it came last

	path string
}

// Whole tells whether all of it has been received.
func (u Upload) Whole() bool { return u.Received == u.Size }

// The metadata of an upload, in the words of the protocol and our own.
const (
	metaName    = "filename"
	metaAccount = "account"
)

// principalKey is where the context of a request to Files has who asks.
type principalKey struct{}

// PrincipalKey is where the context of a request to Files must have the principal who asks.
var PrincipalKey any = principalKey{}

// receiver takes files in.
func (in *Intake) receiver() (http.Handler, error) {
	composer := handler.NewStoreComposer()
	in.files.UseIn(composer)
	memorylocker.New().UseIn(composer)
	h, err := handler.NewUnroutedHandler(handler.Config{
		StoreComposer: composer, BasePath: Root, MaxSize: Largest, DisableDownload: true, DisableTermination: true, DisableConcatenation: true,
		Cors: &handler.CorsConfig{Disable: true}, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), PreUploadCreateCallback: in.announced, PreFinishResponseCallback: in.received,
	})
	if err != nil {
		return nil, fmt.Errorf("receive files: %w", err)
	}
	routes := http.NewServeMux()
	routes.HandleFunc("POST /{$}", h.PostFile)
	routes.HandleFunc("HEAD /{id}", h.HeadFile)
	routes.HandleFunc("PATCH /{id}", h.PatchFile)
	return http.StripPrefix(strings.TrimSuffix(Root, "/"), h.Middleware(routes)), nil
}

// refused answers in the protocol's words that a file is not taken in.
func refused(status int, code string) error {
	return handler.NewError(code, code, status)
}

// announced looks at a file before anything of it is received: who brings it, what it is called, and whether there is room.
func (in *Intake) announced(hook handler.HookEvent) (handler.HTTPResponse, handler.FileInfoChanges, error) {
	var response handler.HTTPResponse
	var changes handler.FileInfoChanges
	by, ok := hook.Context.Value(PrincipalKey).(access.Principal)
	if !ok || !by.Can(access.LoadsWrite) {
		return response, changes, refused(http.StatusForbidden, "access_denied")
	}
	name := fileName(hook.Upload.MetaData[metaName])
	switch {
	case name == "":
		return response, changes, refused(http.StatusUnprocessableEntity, "intake_no_name")
	case hook.Upload.SizeIsDeferred || hook.Upload.Size <= 0:
		return response, changes, refused(http.StatusUnprocessableEntity, "intake_empty")
	}
	in.tidy()
	uploads, err := in.Uploads()
	if err != nil {
		return response, changes, err
	}
	ofOne, announced := 0, int64(0)
	for _, u := range uploads {
		announced += u.Size - u.Received
		if u.Account == by.Account() {
			ofOne++
		}
	}
	if ofOne >= mostOfOne {
		return response, changes, refused(http.StatusTooManyRequests, "intake_too_many")
	}
	if free, err := freeBytes(in.dir); err == nil && free < hook.Upload.Size+announced+leastFree {
		return response, changes, refused(http.StatusInsufficientStorage, "intake_no_room")
	}
	changes.ID = identifier.New()
	changes.Storage = map[string]string{"Path": filepath.Join(changes.ID+".d", name)}
	changes.MetaData = handler.MetaData{metaName: name, metaAccount: by.Account()}
	return response, changes, nil
}

// received notes that all of a file has come.
func (in *Intake) received(hook handler.HookEvent) (handler.HTTPResponse, error) {
	by, ok := hook.Context.Value(PrincipalKey).(access.Principal)
	if !ok {
		return handler.HTTPResponse{}, refused(http.StatusForbidden, "access_denied")
	}
	ctx := context.WithoutCancel(hook.Context)
	return handler.HTTPResponse{}, in.log.Append(ctx, audit.By(by, audit.FileReceived, hook.Upload.ID, "file", hook.Upload.MetaData[metaName], "bytes", hook.Upload.Size))
}

// fileName is what a file is called in messages and on the disk: the last part of its name, without what nobody sees.
func fileName(name string) string {
	name = typed.Line(name)
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.TrimLeft(name, ". ")
	if letters := []rune(name); len(letters) > longestName { // the end says what kind of file it is
		name = string(letters[len(letters)-longestName:])
	}
	for len(name) > 250 { // bytes, of which a file system takes 255
		name = string([]rune(name)[1:])
	}
	return name
}

// Uploads lists the files that there are, the latest first.
func (in *Intake) Uploads() ([]Upload, error) {
	paths, err := filepath.Glob(filepath.Join(in.dir, "*.info"))
	if err != nil {
		return nil, err
	}
	var uploads []Upload
	for _, path := range paths {
		if u, err := in.Upload(strings.TrimSuffix(filepath.Base(path), ".info")); err == nil { // one that is just being removed is none
			uploads = append(uploads, u)
		}
	}
	slices.SortFunc(uploads, func(a, b Upload) int { return cmp.Or(b.Changed.Compare(a.Changed), cmp.Compare(a.ID, b.ID)) })
	return uploads, nil
}

// Upload finds a file; the problem intake_unknown says that there is none.
func (in *Intake) Upload(id string) (Upload, error) {
	if !identified(id) {
		return Upload{}, problem.New("intake_unknown")
	}
	contents, err := os.ReadFile(filepath.Join(in.dir, id+".info"))
	if err != nil {
		return Upload{}, problem.Wrap(err, "intake_unknown")
	}
	var info handler.FileInfo
	if err := json.Unmarshal(contents, &info); err != nil {
		return Upload{}, problem.Wrap(err, "intake_unknown")
	}
	u := Upload{ID: id, Name: fileName(info.MetaData[metaName]), Account: info.MetaData[metaAccount], Size: info.Size}
	u.path = filepath.Join(in.dir, id+".d", u.Name)
	there, err := os.Stat(u.path)
	if err != nil {
		return Upload{}, problem.Wrap(err, "intake_unknown")
	}
	u.Received, u.Changed = there.Size(), there.ModTime()
	return u, nil
}

// Discard removes a file that nobody wants loaded, unless a job has it.
func (in *Intake) Discard(ctx context.Context, by access.Principal, id string) error {
	if err := by.Require(access.LoadsWrite); err != nil {
		return err
	}
	u, err := in.Upload(id)
	if err != nil {
		return err
	}
	jobs, err := in.Jobs(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(jobs, func(j Job) bool { return j.Upload == id && !j.Over() }) {
		return problem.New("intake_at_work", "file", u.Name)
	}
	entry := audit.By(by, audit.FileDiscarded, id, "file", u.Name, "bytes", u.Size, "received", u.Received)
	return in.log.Do(ctx, entry, func(context.Context) error { return in.remove(id) })
}

// forget removes a file that has been loaded.
func (in *Intake) forget(id string) {
	in.unknow()
	if err := in.remove(id); err != nil {
		in.errors.Warn("a file that was loaded was not removed", "upload", id, "error", err)
	}
}

// remove removes a file: first what says that it is there.
func (in *Intake) remove(id string) error {
	if err := os.Remove(filepath.Join(in.dir, id+".info")); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(in.dir, id+".d"))
}

// tidy removes files that nobody has done anything with for long.
func (in *Intake) tidy() {
	uploads, err := in.Uploads()
	if err != nil {
		in.errors.Warn("files that were received were not looked through", "error", err)
		return
	}
	for _, u := range uploads {
		if in.now().Sub(u.Changed) > kept {
			in.errors.Info("a file that nobody loaded is removed", "file", u.Name, "received", strconv.FormatInt(u.Received, 10))
			in.forget(u.ID)
		}
	}
}

// freeBytes is how much can still be written to the disk of a folder.
func freeBytes(dir string) (int64, error) {
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return 0, err
	}
	return int64(disk.Bavail) * int64(disk.Bsize), nil //nolint:gosec // no disk is that large
}
