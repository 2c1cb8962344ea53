package dashboards

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// RecordPerson is the short form under which pages show a person: eight letters and digits of the keyed hash, of which
// nobody can find the person, the same for the same person. "" where the record names none.
func RecordPerson(hash uint64) string {
	const letters = "0123456789abcdefghjkmnpqrstvwxyz"
	if hash == 0 {
		return ""
	}
	short := make([]byte, 8)
	for i := range short {
		short[i] = letters[hash&31]
		hash >>= 5
	}
	return string(short)
}

// Day is a day counted from 1970-01-01, "" for none.
func Day(days uint16) string {
	if days == 0 {
		return ""
	}
	return time.Unix(int64(days)*24*60*60, 0).UTC().Format(time.DateOnly)
}

// Records writes a unit's records as rows.
type Records struct {
	builder
	payers []contribution.Payer
}

// NewRecords is for the payers of a view, whose new burden and differences stand behind what the source declared.
func NewRecords(payers []contribution.Payer, p *i18n.Printer) Records {
	return Records{builder{p: p, names: NewNames(p)}, payers}
}

// recordColumns are the columns of records, with their kinds.
var recordColumns = []struct {
	key  string
	kind Kind
}{
	{"record_id", KindText}, {"status", KindText}, {"period", KindText}, {"insurance", KindText}, {"entry_type", KindText}, {"person", KindText},
	{"headcount", KindCount}, {"wage", KindMoney}, {"base", KindMoney}, {"employer_rate", KindPercent}, {"employer_amount", KindMoney},
	{"employee_rate", KindPercent}, {"employee_amount", KindMoney}, {"owed", KindMoney}, {"shortfall", KindMoney}, {"differs", KindText},
	{"received_on", KindText}, {"received_amount", KindMoney}, {"channel", KindText}, {"load", KindText},
}

// Columns are the table's columns.
func (r Records) Columns() []Column {
	var columns []Column
	for _, c := range recordColumns {
		columns = append(columns, Column{c.key, r.p.T("web.record.column." + c.key), c.kind})
	}
	return columns
}

// Status says whether a record counts, and if not, why.
func (r Records) Status(record *queries.UnitRecord, treatment burden.Treatment) string {
	if record.Dead != "" {
		return r.p.T("web.record.dead."+record.Dead, "load", record.ByLoad)
	}
	return r.p.T("web.record.treatment." + string(treatment))
}

// Row are the cells of a record with its explanation; its key leads to address.
func (r Records) Row(record *queries.UnitRecord, trace *burden.Trace, address string) []Cell {
	unit := newUnit(r.p, 100, "yuan")
	owed, shortfall, differs := r.against(record, trace)
	late := shortfall
	cells := []Cell{
		textCell(record.ID).to(address), {Text: r.Status(record, trace.Treatment), Raw: r.Status(record, trace.Treatment), Tone: statusTone(record)},
		{Text: Month(r.p, record.Period), Raw: record.Period.String()}, textCell(r.insuranceName(record.Insurance)), textCell(r.p.T("web.record.entry_type." + record.EntryType.String())),
		textCell(RecordPerson(record.Person)), countCell(uint64(max(record.Headcount, 1))), unit.cell(record.Wage), unit.cell(record.Base),
		rateCell(record.EmployerRate), unit.cell(record.EmployerAmount), rateCell(record.EmployeeRate), unit.cell(record.EmployeeAmount),
	}
	none := Cell{Text: NotApplicable}
	if record.Dead != "" || trace.Treatment == burden.Uncovered {
		cells = append(cells, none, none, none)
	} else {
		difference := unit.cell(late)
		if late > 0 {
			difference.Tone = ToneIncrease
		}
		cells = append(cells, unit.cell(owed), difference, textCell(differs))
	}
	channel := ""
	if record.Channel != contribution.ChannelUnknown {
		channel = r.p.T("web.record.channel." + record.Channel.String())
	}
	return append(cells, textCell(Day(record.ReceivedOn)), unit.cell(record.ReceivedAmount), textCell(channel),
		textCell(r.p.T("web.unit.load_line", "load", record.Load, "line", record.Line)))
}

// Total is the row below records with their explanations: the amounts of those that count. What is owed and differs is of those
// with a rate.
func (r Records) Total(records []queries.UnitRecord, traces []burden.Trace) []Cell {
	var sums [len(recordAmounts)]money.Fen
	for i := range records {
		record, trace := &records[i], &traces[i]
		if record.Dead != "" {
			continue
		}
		owed, shortfall, _ := r.against(record, trace)
		if trace.Treatment == burden.Uncovered {
			owed, shortfall = 0, 0
		}
		for k, amount := range []money.Fen{record.EmployerAmount, record.EmployeeAmount, owed, shortfall, record.ReceivedAmount} {
			sums[k] += amount
		}
	}
	unit := newUnit(r.p, 100, "yuan")
	total := []Cell{textCell(r.p.T("web.record.total"))}
	for _, c := range recordColumns[1:] {
		cell := Cell{Text: NotApplicable}
		if at := slices.Index(recordAmounts[:], c.key); at >= 0 {
			cell = unit.cell(sums[at])
		}
		total = append(total, cell)
	}
	return total
}

// recordAmounts are the columns of which records add up; wages and bases of refunds and back payments do not.
var recordAmounts = [...]string{"employer_amount", "employee_amount", "owed", "shortfall", "received_amount"}

func statusTone(record *queries.UnitRecord) Tone {
	if record.Dead != "" || record.Duplicate {
		return ToneIncrease
	}
	return ToneNone
}

func rateCell(r money.Rate) Cell { return Cell{Text: r.Percent(), Raw: r.Percent()} }

// against is what the new policy asks of a record for the view's payers, what it was charged too much, and why.
func (r Records) against(record *queries.UnitRecord, trace *burden.Trace) (owed, shortfall money.Fen, differs string) {
	if record.Dead != "" {
		return 0, 0, ""
	}
	var reasons []string
	for _, payer := range r.payers {
		charge := trace.Charges[payer-1]
		owed, shortfall = owed+charge.Owed, shortfall+charge.Shortfall
		for _, reason := range charge.Reasons {
			text := r.names.Word("reason")(reason.Reason.String()) + " " + signed(reason.Amount)
			if len(r.payers) > 1 {
				text = r.p.T("web.payer."+payer.String()) + r.p.T("web.colon") + text
			}
			reasons = append(reasons, text)
		}
	}
	return owed, shortfall, strings.Join(reasons, r.p.T("web.record.separator"))
}

// RecordSumsTable compares what the records add up to with what the run computed, by month and insurance.
func RecordSumsTable(checks []queries.RecordCheck, link Linker, p *i18n.Printer) Table {
	b := builder{p: p, names: NewNames(p), link: link}
	t := Table{ID: "sums", Title: p.T("web.record.sums"), Unit: newUnit(p, 100, "yuan"), Columns: []Column{
		{"period", p.T("web.column.period"), KindText}, {"insurance", p.T("web.column.insurance"), KindText}, {"records", p.T("web.record.column.records"), KindCount},
		{"dead", p.T("web.record.column.dead"), KindCount}, {"duplicates", p.T("web.record.column.duplicates"), KindCount}, {"refunds", p.T("web.record.column.refunds"), KindCount},
		{"headcount", p.T("web.record.column.headcount"), KindCount}, {"wage", p.T("web.record.column.wage"), KindMoney},
		{"employer_charged", p.T("web.record.column.employer_amount"), KindMoney}, {"employee_charged", p.T("web.record.column.employee_amount"), KindMoney},
		{"agrees", p.T("web.record.column.agrees"), KindText},
	}}
	equal := true
	var sum queries.RecordSums
	for _, c := range checks {
		equal = equal && c.Equal
		agrees := p.T("web.record.agrees." + strconv.FormatBool(c.Equal))
		if c.Uncovered && c.Equal {
			agrees = p.T("web.record.agrees.uncovered")
		}
		month := Cell{Text: Month(p, c.Period), Raw: c.Period.String(), Link: b.link.to("month", c.Period.String())}
		insurance := textCell(b.insuranceName(c.Insurance)).to(b.link.to("month", c.Period.String(), "insurance", c.Insurance.String()))
		t.Rows = append(t.Rows, []Cell{month, insurance, countCell(c.Records), countCell(c.Dead), countCell(c.Duplicates), countCell(c.Refunds), countCell(c.Headcount),
			t.Unit.cell(c.Wage), t.Unit.cell(c.EmployerCharged), t.Unit.cell(c.EmployeeCharged), textCell(agrees)})
		sum.Records, sum.Dead, sum.Duplicates, sum.Refunds = sum.Records+c.Records, sum.Dead+c.Dead, sum.Duplicates+c.Duplicates, sum.Refunds+c.Refunds
		sum.EmployerCharged, sum.EmployeeCharged = sum.EmployerCharged+c.EmployerCharged, sum.EmployeeCharged+c.EmployeeCharged
	}
	none := Cell{Text: NotApplicable}
	t.Total = []Cell{textCell(p.T("web.total")), none, countCell(sum.Records), countCell(sum.Dead), countCell(sum.Duplicates), countCell(sum.Refunds), none, none,
		t.Unit.cell(sum.EmployerCharged), t.Unit.cell(sum.EmployeeCharged), none}
	t.check(equal)
	return t
}

// Rows is how many records the checks count, those that do not count included.
func Rows(checks []queries.RecordCheck) uint64 {
	rows := uint64(0)
	for _, c := range checks {
		rows += c.Records + c.Dead
	}
	return rows
}
