package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"jianfu/internal/auth"
	"jianfu/internal/problem"
)

// passwordFlags are the flags about a new password. The password itself is never a flag: command lines are seen by
// everybody on the machine and kept in histories.
type passwordFlags struct{ generate, keep bool }

func (p *passwordFlags) bind(a *app, cmd *cobra.Command) {
	cmd.Flags().BoolVar(&p.generate, "generate", false, a.T("user.flag.generate"))
	cmd.Flags().BoolVar(&p.keep, "keep-password", false, a.T("user.flag.keep_password"))
}

// newPassword makes a password, or asks for it twice on a terminal, or reads one line from elsewhere.
func (a *app) newPassword(account string, p *passwordFlags) (string, error) {
	if p.generate {
		return auth.GeneratePassword(), nil
	}
	file, ok := a.in.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		line, err := bufio.NewReader(a.in).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			return "", problem.New("password_missing")
		}
		return line, nil
	}
	first, err := a.ask(file, a.T("user.password.prompt", "account", account))
	if err != nil {
		return "", err
	}
	second, err := a.ask(file, a.T("user.password.again"))
	if err != nil {
		return "", err
	}
	if first != second {
		return "", problem.New("password_mismatch")
	}
	return first, nil
}

// ask reads a line from a terminal that does not show it.
func (a *app) ask(terminal *os.File, prompt string) (string, error) {
	fmt.Fprint(a.errOut, prompt)
	line, err := term.ReadPassword(int(terminal.Fd()))
	fmt.Fprintln(a.errOut)
	return string(line), err
}

// printPassword shows a password that was made, this one time.
func (a *app) printPassword(w io.Writer, password string, p *passwordFlags) {
	if p.generate {
		fmt.Fprintln(w, a.T("user.password.generated", "password", password))
	}
}
