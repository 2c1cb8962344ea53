// Package contribution holds what the records speak of: contributing units (缴费单位) and contribution records
// (缴费明细), with the words of their code lists. Identifiers are the same in Go, SQL, JSON and files.
package contribution

import (
	"fmt"

	"jianfu/internal/money"
	"jianfu/internal/period"
)

// Insurance is a kind of social insurance (险种); the number is its Enum8 value in the store.
type Insurance uint8

// The five insurances, in the order of every table.
const (
	Pension Insurance = iota + 1
	Unemployment
	WorkInjury
	Medical
	Maternity
)

// Insurances lists them in order.
var Insurances = []Insurance{Pension, Unemployment, WorkInjury, Medical, Maternity}

var insuranceIDs = []string{"", "pension", "unemployment", "work_injury", "medical", "maternity"}

func (i Insurance) String() string { return insuranceIDs[i] }

// ParseInsurance reads an id.
func ParseInsurance(id string) (Insurance, bool) { return lookup[Insurance](insuranceIDs, id) }

// Payer is who owes a share (缴费主体): the employer or the employee.
type Payer uint8

// The two payers.
const (
	Employer Payer = iota + 1
	Employee
)

// Payers lists them in order.
var Payers = []Payer{Employer, Employee}

var payerIDs = []string{"", "employer", "employee"}

func (p Payer) String() string { return payerIDs[p] }

// MarshalText writes the id, without which a list of payers would be bytes in JSON.
func (p Payer) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads an id.
func (p *Payer) UnmarshalText(text []byte) error {
	payer, ok := ParsePayer(string(text))
	if !ok {
		return fmt.Errorf("%q is no payer", text)
	}
	*p = payer
	return nil
}

// ParsePayer reads an id.
func ParsePayer(id string) (Payer, bool) { return lookup[Payer](payerIDs, id) }

// UnitKind is the kind of a unit (单位类型).
type UnitKind uint8

// The unit kinds of the registration.
const (
	Enterprise UnitKind = iota + 1
	Institution
	SelfEmployed
	Organization
)

// UnitKinds lists them in order.
var UnitKinds = []UnitKind{Enterprise, Institution, SelfEmployed, Organization}

var unitKindIDs = []string{"", "enterprise", "institution", "self_employed", "organization"}

func (k UnitKind) String() string { return unitKindIDs[k] }

// ParseUnitKind reads an id.
func ParseUnitKind(id string) (UnitKind, bool) { return lookup[UnitKind](unitKindIDs, id) }

// Size is the enterprise size class (企业规模) of 统计上大中小微型企业划分办法(2017).
type Size uint8

// The size classes; SizeUnknown is a class of its own, not a missing value.
const (
	Large Size = iota + 1
	Medium
	Small
	Micro
	SizeUnknown
)

// Sizes lists them in order.
var Sizes = []Size{Large, Medium, Small, Micro, SizeUnknown}

var sizeIDs = []string{"", "large", "medium", "small", "micro", "unknown"}

func (s Size) String() string { return sizeIDs[s] }

// ParseSize reads an id.
func ParseSize(id string) (Size, bool) { return lookup[Size](sizeIDs, id) }

// EconomicType is what registration types (登记注册类型) roll up to.
type EconomicType uint8

// The economic types.
const (
	State EconomicType = iota + 1
	Collective
	Private
	HongKongMacauTaiwan
	Foreign
	OtherType
)

// EconomicTypes lists them in order.
var EconomicTypes = []EconomicType{State, Collective, Private, HongKongMacauTaiwan, Foreign, OtherType}

var economicTypeIDs = []string{"", "state", "collective", "private", "hmt", "foreign", "other"}

func (e EconomicType) String() string { return economicTypeIDs[e] }

// ParseEconomicType reads an id.
func ParseEconomicType(id string) (EconomicType, bool) {
	return lookup[EconomicType](economicTypeIDs, id)
}

// EntryType is why a record was booked (征缴类型).
type EntryType uint8

// The entry types.
const (
	Normal EntryType = iota + 1
	BackPayment
	Refund
)

// EntryTypes lists them in order.
var EntryTypes = []EntryType{Normal, BackPayment, Refund}

var entryTypeIDs = []string{"", "normal", "back_payment", "refund"}

func (e EntryType) String() string { return entryTypeIDs[e] }

// Channel is how a payment was made (缴费渠道); ChannelUnknown where the source does not say.
type Channel uint8

// The channels.
const (
	ChannelUnknown Channel = iota
	Client
	ETax
	Bank
	App
	Terminal
	Entrusted
	Hall
)

// Channels lists the named ones in order.
var Channels = []Channel{Client, ETax, Bank, App, Terminal, Entrusted, Hall}

var channelIDs = []string{"", "client", "etax", "bank", "app", "terminal", "entrusted", "hall"}

func (c Channel) String() string { return channelIDs[c] }

func lookup[T ~uint8](ids []string, id string) (T, bool) {
	for i := 1; i < len(ids); i++ {
		if ids[i] == id {
			return T(i), true //nolint:gosec // a handful of ids
		}
	}
	return 0, false
}

// Unit is one registration of a contributing unit, in force from ValidFrom until a later one supersedes it.
type Unit struct {
	ID               string // 统一社会信用代码, 18 characters
	Name             string
	RegionCode       string // GB/T 2260, six digits
	IndustryCode     string // GB/T 4754-2017: section letter and two to four digits, such as "C1391"; "" unknown
	RegistrationType string // three-digit code; "" unknown
	EconomicType     EconomicType
	Kind             UnitKind
	Employees        int64     // persons; -1 unknown
	Revenue          money.Fen // in fen, though files give 万元; -1 unknown
	Assets           money.Fen // in fen, though files give 万元; -1 unknown
	Size             Size
	SizeDeclared     bool       // whether Size stood in the file (true) or was computed (false)
	RiskClass        uint8      // 1 to 8; 0 unknown
	FloatFactor      money.Rate // money.One where none is given
	Elections        []string   // measure ids, sorted
	ValidFrom        period.Period
}

// Record is one contribution record as the source declares it.
type Record struct {
	ID             string // the source's own key
	UnitID         string
	Period         period.Period
	Insurance      Insurance
	EntryType      EntryType
	Person         uint64 // keyed hash of the person's number; 0 where the record names none
	Headcount      uint32 // above 1 the record is a summary
	Wage           money.Fen
	Base           money.Fen
	EmployerRate   money.Rate
	EmployerAmount money.Fen
	EmployeeRate   money.Rate
	EmployeeAmount money.Fen
	ReceivedOn     uint16 // days since 1970-01-01; 0 unknown
	ReceivedAmount money.Fen
	Channel        Channel
}

// Block is a run of records in columns of equal length, as bulk loads pass them on. Amounts are fen, rates millionths,
// days count from 1970-01-01; the code lists are their numbers.
type Block struct {
	Line           []uint32 // of the file
	RecordID       []string
	UnitID         [][18]byte
	Period         []uint32
	Insurance      []int8
	EntryType      []int8
	Person         []uint64 // keyed hash; 0 where the record names no person
	Headcount      []uint32
	Wage           []int64
	Base           []int64
	EmployerRate   []int32
	EmployerAmount []int64 // a refund's amounts are negative
	EmployeeRate   []int32
	EmployeeAmount []int64
	ReceivedOn     []uint16
	ReceivedAmount []int64
	Channel        []int8
}

// Len is the number of records.
func (b *Block) Len() int { return len(b.Line) }
