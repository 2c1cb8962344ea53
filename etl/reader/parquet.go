package reader

import (
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"jianfu/etl/reader/workbook"
	"jianfu/internal/problem"
)

// parquetRows are the rows of a Parquet file as a table; the names of its columns are the first.
type parquetRows struct {
	columns []parquetColumn
	groups  []parquet.RowGroup // that were not begun
	rows    parquet.Rows       // of the group at hand, or nil
	buffer  []parquet.Row
	waiting []parquet.Row // of buffer
	line    int
	cells   []workbook.Cell
}

// parquetColumn writes the values of a column; text is nil where they are no single values.
type parquetColumn struct {
	name string
	text func(into []byte, v parquet.Value) []byte
	kind workbook.Kind
}

// rowsAtOnce is how many rows are decoded together.
const rowsAtOnce = 256

// fromParquet gives the lines of a Parquet file.
func (f *File) fromParquet(at io.ReaderAt, size int64) (lines io.Reader, err error) {
	defer func() { // the library reads broken files by what they say of themselves
		if p := recover(); p != nil {
			err = f.damaged(fmt.Errorf("%v", p))
		}
	}()
	file, err := parquet.OpenFile(at, size, parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true))
	if err != nil {
		return nil, f.damaged(err)
	}
	t := &parquetRows{groups: file.RowGroups(), buffer: make([]parquet.Row, rowsAtOnce)}
	for _, path := range file.Schema().Columns() {
		leaf, _ := file.Schema().Lookup(path...)
		column := parquetColumn{name: path[0]}
		if len(path) == 1 && leaf.MaxRepetitionLevel == 0 {
			column.kind, column.text = parquetText(leaf.Node.Type())
			if leaf.Node.Type().Kind() == parquet.Float && f.knownNames([]string{column.name}) > 0 {
				return nil, problem.New("reader_parquet_float", "file", f.name, "column", column.name)
			}
		}
		if column.text == nil && f.knownNames([]string{column.name}) > 0 {
			return nil, problem.New("reader_parquet_column", "file", f.name, "column", column.name)
		}
		t.columns = append(t.columns, column)
	}
	f.Format = FormatParquet
	f.closers = append(f.closers, t.close)
	return &tableLines{table: t, width: len(t.columns)}, nil
}

func (t *parquetRows) close() {
	if t.rows != nil {
		_ = t.rows.Close() // they were only read
		t.rows = nil
	}
}

func (t *parquetRows) next() (cells []workbook.Cell, line int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	if t.line++; t.line == 1 {
		for _, c := range t.columns {
			t.cells = append(t.cells, workbook.Cell{Kind: workbook.Text, Value: []byte(c.name)})
		}
		return t.cells, t.line, nil
	}
	if len(t.waiting) == 0 {
		if err := t.more(); err != nil {
			return nil, 0, err
		}
	}
	row := t.waiting[0]
	t.waiting = t.waiting[1:]
	for i := range t.cells {
		t.cells[i] = workbook.Cell{Value: t.cells[i].Value[:0]}
	}
	for _, v := range row {
		i := v.Column()
		if i < 0 || i >= len(t.columns) {
			return nil, 0, fmt.Errorf("a value is in column %d", i)
		}
		if column := t.columns[i]; column.text != nil && !v.IsNull() {
			t.cells[i] = workbook.Cell{Kind: column.kind, Value: column.text(t.cells[i].Value, v)}
		}
	}
	return t.cells, t.line, nil
}

// more decodes some rows, or returns io.EOF.
func (t *parquetRows) more() error {
	for {
		if t.rows == nil {
			if len(t.groups) == 0 {
				return io.EOF
			}
			t.rows, t.groups = t.groups[0].Rows(), t.groups[1:]
		}
		n, err := t.rows.ReadRows(t.buffer)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read rows: %w", err)
		}
		if err != nil {
			t.close()
		}
		if n > 0 {
			t.waiting = t.buffer[:n]
			return nil
		}
	}
}

// parquetText is how values of a type are written, nil where they are no text, number, date or truth, and for numbers of 32 bits,
// which keep 7 digits and lose fen. A number that is not exact is marked: a code must not be one.
func parquetText(of parquet.Type) (workbook.Kind, func([]byte, parquet.Value) []byte) {
	logical := of.LogicalType()
	if logical != nil && logical.Value != nil {
		switch t := logical.Value.(type) {
		case *format.DecimalType:
			return workbook.Text, func(into []byte, v parquet.Value) []byte { return appendDecimal(into, v, t.Scale) }
		case *format.DateType:
			return workbook.Date, func(into []byte, v parquet.Value) []byte {
				return time.Unix(int64(v.Int32())*86400, 0).UTC().AppendFormat(into, time.DateOnly)
			}
		case *format.TimestampType:
			return workbook.Date, func(into []byte, v parquet.Value) []byte {
				return appendTime(into, timeOf(v.Int64(), t.Unit), t.IsAdjustedToUTC)
			}
		case *format.IntType:
			if !t.IsSigned {
				return workbook.Text, appendUnsigned
			}
		}
	}
	switch of.Kind() {
	case parquet.Boolean:
		return workbook.Text, func(into []byte, v parquet.Value) []byte { return strconv.AppendBool(into, v.Boolean()) }
	case parquet.Int32:
		return workbook.Text, func(into []byte, v parquet.Value) []byte { return strconv.AppendInt(into, int64(v.Int32()), 10) }
	case parquet.Int64:
		return workbook.Text, func(into []byte, v parquet.Value) []byte { return strconv.AppendInt(into, v.Int64(), 10) }
	case parquet.Int96:
		return workbook.Date, func(into []byte, v parquet.Value) []byte {
			n := v.Int96() // nanoseconds of the day, and the day since the beginning of the year 4713 before Christ
			day := int64(n[2]) - 2440588
			return appendTime(into, time.Unix(day*86400, int64(n[1])<<32|int64(n[0])).UTC(), false)
		}
	case parquet.Double:
		return workbook.Number, func(into []byte, v parquet.Value) []byte { return append(into, workbook.Plain(v.Double())...) }
	case parquet.ByteArray, parquet.FixedLenByteArray:
		return workbook.Text, func(into []byte, v parquet.Value) []byte { return append(into, v.ByteArray()...) }
	}
	return workbook.Empty, nil
}

func appendUnsigned(into []byte, v parquet.Value) []byte {
	if v.Kind() == parquet.Int32 {
		return strconv.AppendUint(into, uint64(v.Uint32()), 10)
	}
	return strconv.AppendUint(into, v.Uint64(), 10)
}

// appendDecimal writes a decimal number to the last digit.
func appendDecimal(into []byte, v parquet.Value, scale int32) []byte {
	var unscaled big.Int
	switch v.Kind() {
	case parquet.Int32:
		unscaled.SetInt64(int64(v.Int32()))
	case parquet.Int64:
		unscaled.SetInt64(v.Int64())
	default: // two's complement, the highest byte first
		bytes := v.ByteArray()
		unscaled.SetBytes(bytes)
		if len(bytes) > 0 && bytes[0] >= 0x80 {
			unscaled.Sub(&unscaled, new(big.Int).Lsh(big.NewInt(1), uint(len(bytes))*8))
		}
	}
	digits := new(big.Int).Abs(&unscaled).String()
	for int32(len(digits)) <= scale { //nolint:gosec // at most 38 digits
		digits = "0" + digits
	}
	if unscaled.Sign() < 0 {
		into = append(into, '-')
	}
	whole := len(digits) - int(scale)
	into = append(into, digits[:whole]...)
	if scale > 0 {
		into = append(append(into, '.'), digits[whole:]...)
	}
	return into
}

func timeOf(n int64, unit format.TimeUnit) time.Time {
	switch unit.Value.(type) {
	case *format.MilliSeconds:
		return time.UnixMilli(n).UTC()
	case *format.MicroSeconds:
		return time.UnixMicro(n).UTC()
	}
	return time.Unix(0, n).UTC()
}

// appendTime writes a time: its day alone where it is a day's begin, and the zone where it is a moment of the world.
func appendTime(into []byte, at time.Time, moment bool) []byte {
	switch {
	case moment:
		return at.AppendFormat(into, "2006-01-02T15:04:05Z")
	case at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0 && at.Nanosecond() == 0:
		return at.AppendFormat(into, time.DateOnly)
	}
	return at.AppendFormat(into, time.DateTime)
}
