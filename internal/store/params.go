package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Params are the server-side parameters of a statement, {name:Type} in its text. Values are strings, whole numbers,
// booleans, anything that writes itself as text, and slices of these. Text never becomes SQL.
type Params map[string]any

func with(ctx context.Context, p Params) context.Context {
	parameters := make(clickhouse.Parameters, len(p))
	for name, value := range p {
		parameters[name] = scalar(value)
	}
	return clickhouse.Context(ctx, clickhouse.WithParameters(parameters))
}

// scalar writes a parameter's value in the escaped form that ClickHouse reads back; arrays quote their strings.
func scalar(value any) string {
	switch v := value.(type) {
	case []string:
		return array(v, func(s string) string { return "'" + escape(s) + "'" })
	case []uint32:
		return array(v, func(n uint32) string { return strconv.FormatUint(uint64(n), 10) })
	case []uint64:
		return array(v, func(n uint64) string { return strconv.FormatUint(n, 10) })
	case []int64:
		return array(v, func(n int64) string { return strconv.FormatInt(n, 10) })
	case []uint8:
		return array(v, func(n uint8) string { return strconv.FormatUint(uint64(n), 10) })
	case [][]uint8:
		return array(v, func(n []uint8) string { return scalar(n) })
	case string:
		return escape(v)
	case Rendered:
		return string(v)
	case bool:
		if v {
			return "1"
		}
		return "0"
	default:
		return escape(fmt.Sprint(v))
	}
}

func array[T any](values []T, write func(T) string) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = write(v)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

var escaper = strings.NewReplacer("\\", "\\\\", "'", "\\'", "\t", "\\t", "\n", "\\n", "\r", "\\r", "\x00", "\\0")

func escape(s string) string { return escaper.Replace(s) }
