package main

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"jianfu/internal/engine"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
)

// TestMain lets this test program serve as the engine that its commands start.
func TestMain(m *testing.M) { enginetest.Main(m) }

// jianfu runs the command line as a user would, and returns the exit code and what was printed.
func jianfu(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	code = run(args, strings.NewReader(""), &out, &errOut)
	return code, out.String(), errOut.String()
}

func TestCommandLine(t *testing.T) {
	for name, c := range map[string]struct {
		args           []string
		code           int
		stdout, stderr string // parts of what is printed; empty means nothing is printed
	}{
		"without arguments it prints its help":       {nil, 0, "用法：\n  jianfu <命令> [参数]", ""},
		"help is in English on demand":               {[]string{"--lang", "en", "--help"}, 0, "Usage:\n  jianfu <command> [flags]", ""},
		"the language may stand behind the command":  {[]string{"version", "--help", "--lang=en"}, 0, "Global flags", ""},
		"help of a command by its name":              {[]string{"help", "doctor"}, 0, "jianfu doctor [参数]", ""},
		"help of help":                               {[]string{"help", "help"}, 0, "jianfu help [命令]", ""},
		"help of an unknown command":                 {[]string{"help", "nothing"}, 1, "", "没有“nothing”这个命令"},
		"the version":                                {[]string{"version"}, 0, "jianfu " + version, ""},
		"an unknown command":                         {[]string{"frobnicate"}, 1, "", "错误：没有“frobnicate”这个命令\n用法见：jianfu --help"},
		"an unknown command with unknown flags":      {[]string{"frobnicate", "--from", "x"}, 1, "", "没有“frobnicate”这个命令"},
		"an unknown command behind a flag's value":   {[]string{"--data", "version", "frobnicate"}, 1, "", "没有“frobnicate”这个命令"},
		"a slip of the pen is answered with a guess": {[]string{"--lang", "en", "verison"}, 1, "", "did you mean version?"},
		"an unknown flag":                            {[]string{"doctor", "--frob"}, 1, "", "没有“--frob”这个参数\n用法见：jianfu doctor --help"},
		"an unknown letter":                          {[]string{"doctor", "-x"}, 1, "", "没有“-x”这个参数"},
		"an unknown flag in English":                 {[]string{"doctor", "--frob", "--lang", "en"}, 1, "", "There is no flag \"--frob\""},
		"a flag without its value":                   {[]string{"doctor", "--data"}, 1, "", "参数 --data 后面缺少取值"},
		"a number that is none":                      {[]string{"doctor", "--threads", "two"}, 1, "", "参数 --threads 的取值“two”不是整数"},
		"a size that is none":                        {[]string{"doctor", "--memory", "6X"}, 1, "", "800M、6G"},
		"a language that is none":                    {[]string{"doctor", "--lang", "fr"}, 1, "", "zh（中文）或 en（英文）"},
		"a bad flag syntax":                          {[]string{"doctor", "--=x"}, 1, "", "参数写法不正确"},
		"an argument too many":                       {[]string{"version", "now"}, 1, "", "多余的参数“now”，正确写法：jianfu version"},
		"a problem is an object with --json":         {[]string{"doctor", "--threads", "two", "--json"}, 1, "", `{"error":{"code":"flag_value_number","message":"`},
		"behind two dashes --json is no flag":        {[]string{"version", "--", "--json"}, 1, "", "错误：多余的参数"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("JIANFU_LANG", "")
			code, stdout, stderr := jianfu(t, c.args...)
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if !strings.Contains(stdout, c.stdout) || c.stdout == "" && stdout != "" {
				t.Errorf("standard output:\n%s\nwant %q in it", stdout, c.stdout)
			}
			if !strings.Contains(stderr, c.stderr) || c.stderr == "" && stderr != "" {
				t.Errorf("standard error:\n%s\nwant %q in it", stderr, c.stderr)
			}
		})
	}
}

func TestTheEnvironmentChoosesTheLanguageUnlessAFlagDoes(t *testing.T) {
	t.Setenv("JIANFU_LANG", "en")
	if _, stdout, _ := jianfu(t); !strings.Contains(stdout, "Usage:") {
		t.Errorf("with JIANFU_LANG=en the help is\n%s", stdout)
	}
	if _, stdout, _ := jianfu(t, "--lang", "zh"); !strings.Contains(stdout, "用法：") {
		t.Errorf("with --lang zh the help is\n%s", stdout)
	}
}

func TestVersionAsJSON(t *testing.T) {
	for _, args := range [][]string{{"--json", "version"}, {"version", "--json"}} {
		code, stdout, _ := jianfu(t, args...)
		var b build
		if err := json.Unmarshal([]byte(stdout), &b); err != nil || code != 0 || b.Version != version || b.Go == "" {
			t.Errorf("%v: exit %d, %v, %s", args, code, err, stdout)
		}
	}
}

func TestTheChangelogDescribesThisVersionFirst(t *testing.T) {
	text, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	first := regexp.MustCompile(`(?m)^## (\d\S*)`).FindSubmatch(text) // what is not released yet may stand before it
	if first == nil || string(first[1]) != version {
		t.Errorf("the first entry of CHANGELOG.md is %q and the version is %q", first, version)
	}
}

func TestADirectoryThatCannotBeWrittenFailsTheDoctor(t *testing.T) {
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := jianfu(t, "doctor", "--data", file, "--json")
	var checks []check
	if err := json.Unmarshal([]byte(stdout), &checks); err != nil || code != exitDifferences || stderr != "" {
		t.Fatalf("exit %d, %v, %s%s", code, err, stdout, stderr)
	}
	found := map[string]string{}
	for _, c := range checks {
		found[c.Name] = c.Outcome
	}
	if found["data"] != checkBad {
		t.Errorf("a data directory that is a file is found %q", found["data"])
	}
	if _, stdout, _ = jianfu(t, "doctor", "--data", file); !strings.Contains(stdout, "[不通过] 数据目录：") {
		t.Errorf("the doctor says\n%s", stdout)
	}
}

func TestTheDoctorFindsAGoodEngineAndDirectory(t *testing.T) {
	enginetest.Need(t)
	dir := t.TempDir() + "/new"
	code, stdout, stderr := jianfu(t, "doctor", "--data", dir, "--memory", "1G", "--threads", "1")
	if code != exitDone || !strings.Contains(stdout, "[通过] 引擎：ClickHouse 2") || !strings.Contains(stdout, "1024 MB，1 个线程") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the doctor made the data directory: %v", err)
	}
}

func TestTheDoctorSaysThatAServerDoesNotAnswerAndKeepsItsPassword(t *testing.T) {
	code, stdout, stderr := jianfu(t, "doctor", "--data", t.TempDir(), "--clickhouse", "clickhouse://user:secret@127.0.0.1:1/default")
	if code != exitDifferences || !strings.Contains(stdout, "[不通过] ClickHouse 服务器：") || strings.Contains(stdout+stderr, "secret") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

func TestTheEngineIsShownAndStopped(t *testing.T) {
	enginetest.Need(t)
	dir := enginetest.Dir(t)
	if code, stdout, _ := jianfu(t, "engine", "status", "--data", dir); code != exitDone || !strings.Contains(stdout, "没有引擎在运行") {
		t.Errorf("before: exit %d, %s", code, stdout)
	}
	handle, err := engine.Open(t.Context(), dir, enginetest.Limits)
	if err != nil {
		t.Fatal(err)
	}
	defer handle.Close()
	code, stdout, _ := jianfu(t, "engine", "status", "--data", dir, "--json")
	var info engine.Info
	if err := json.Unmarshal([]byte(stdout), &info); err != nil || code != exitDone || !info.Running || info.PID == 0 {
		t.Errorf("running: exit %d, %v, %s", code, err, stdout)
	}
	if code, stdout, _ := jianfu(t, "engine", "stop", "--data", dir, "--lang", "en"); code != exitDone || !strings.Contains(stdout, "has been stopped") {
		t.Errorf("stop: exit %d, %s", code, stdout)
	}
	if info, err := engine.Status(dir); err != nil || info.Running {
		t.Errorf("after: %+v, %v", info, err)
	}
}

// eachCommand visits the whole tree of commands.
func eachCommand(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, sub := range cmd.Commands() {
		eachCommand(sub, visit)
	}
}

func TestEveryCommandAndFlagIsDescribedInBothLanguages(t *testing.T) {
	chinese := regexp.MustCompile(`\p{Han}`)
	for _, language := range i18n.Languages {
		var out bytes.Buffer
		a := &app{printer: i18n.For(language), out: &out, errOut: &out, in: strings.NewReader("")}
		eachCommand(newRoot(a), func(cmd *cobra.Command) {
			if cmd.Hidden {
				return
			}
			out.Reset()
			if cmd.Short == "" || language == i18n.Chinese && !chinese.MatchString(cmd.Short) {
				t.Errorf("%s: %s is described as %q", language, cmd.CommandPath(), cmd.Short)
			}
			a.printHelp(cmd, nil)
			for _, line := range strings.Split(out.String(), "\n") {
				if strings.HasPrefix(strings.TrimSpace(line), "-") && len(strings.Fields(line)) < 2 {
					t.Errorf("%s: %s: a flag is not described: %q", language, cmd.CommandPath(), line)
				}
			}
			if cmd.HasParent() && cmd.Runnable() && cmd.Args == nil && cmd.Name() != "help" {
				t.Errorf("%s does not say how many arguments it takes", cmd.CommandPath())
			}
		})
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]size{"0": 0, "512": 512, "800M": 800 << 20, "6G": 6 << 30, "6GiB": 6 << 30, "6gb": 6 << 30, " 1 T ": 1 << 40, "1k": 1 << 10} {
		var got size
		if err := got.Set(text); err != nil || got != want {
			t.Errorf("%q reads as %d (%v), want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "G", "-1G", "1.5G", "6X", "9999999999G"} {
		var got size
		if err := got.Set(text); err == nil {
			t.Errorf("%q reads as %d, want a problem", text, got)
		}
	}
	for _, text := range []string{"6G", "1536M", "1K", "1000"} {
		var s size
		if err := s.Set(text); err != nil || s.String() != text {
			t.Errorf("%q is written %q (%v)", text, s.String(), err)
		}
	}
}

func TestProgressIsPlainLinesWithoutATerminalAndNothingWithJSON(t *testing.T) {
	var out bytes.Buffer
	a := &app{printer: i18n.For("zh"), out: &out, errOut: &out}
	p := a.progress("装载", 200)
	p.last = p.last.Add(-quietTime)
	p.Report(50, 0)
	p.Report(60, 0) // too soon for another line
	p.Finish()
	if want := "装载：开始\n装载：25%（50 / 200）\n装载：完成\n"; out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}
	out.Reset()
	a.progress("甲", 0)
	a.progress("乙", 0)
	a.printError(problem.New("interrupted"), false)
	if want := "甲：开始\n甲：完成\n乙：开始\n错误："; !strings.HasPrefix(out.String(), want) {
		t.Errorf("printed\n%s\nwant it to begin with\n%s", out.String(), want)
	}
	out.Reset()
	a.json = true
	p = a.progress("装载", 200)
	p.Report(50, 0)
	p.Finish()
	if out.String() != "" {
		t.Errorf("with --json it printed %q", out.String())
	}
}

func TestRequiredFlagsAndGroups(t *testing.T) {
	var out bytes.Buffer
	a := &app{printer: i18n.For("zh"), out: &out, errOut: &out}
	var from month
	inner := &cobra.Command{Use: "inner", Short: "内", Args: arguments(0, 1), RunE: func(*cobra.Command, []string) error { return nil }}
	inner.Flags().Var(&from, "from", "`月份` 起始月")
	require(inner, "from")
	for want, args := range map[string][]string{
		"缺少必填参数：--from": {"outer", "inner"},
		"2019-05 的形式":   {"outer", "inner", "--from", "2019-13"},
		"没有“other”这个命令": {"outer", "other"},
		"多余的参数“b”":      {"outer", "inner", "--from", "2019-05", "a", "b"},
	} {
		root := newRoot(a)
		root.AddCommand(group(&cobra.Command{Use: "outer", Short: "外"}, inner))
		inner.Flags().Lookup("from").Changed = false
		root.SetArgs(args)
		if text := a.printer.Error(root.Execute()); !strings.Contains(text, want) {
			t.Errorf("%v: %q, want %q in it", args, text, want)
		}
	}
}
