"""Makes deals of the lines of a CRM's export: what each line became, and why."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model import formats
from session_tui.model.configuration import PipelineSettings
from session_tui.model.crm.cell import is_blank, items, owner_name, shown, text_of, web_address
from session_tui.model.crm.close_date import Found, close_date, date_order
from session_tui.model.crm.headings import SEVERAL, Headings
from session_tui.model.crm.money import CODES, Money, agree, currency, decimal_mark, is_currency, money
from session_tui.model.deal_phase import is_among, is_closed, is_true, may_be_closed
from session_tui.model.fault import Fault
from session_tui.model.name_keys import folded
from session_tui.model.patterns import lazy_pattern
from session_tui.model.pipeline import Deal, PipelineRow, record_key

# A deal; replaced by another line of the same deal; unreadable, so that a deal may be missing; no
# account at all (a total, a footer).
LineKind: TypeAlias = Literal["deal", "replaced", "unreadable", "no account"]

_TOTAL_WORDS = """
    total totals grandtotal grandtotals subtotal subtotals sum sums summe summen gesamt gesamtsumme gesamtergebnis
    zwischensumme endsumme totalgeneral totauxgeneraux totaux soustotal somme suma sumatotal totales
    count recordcount totalrecords anzahl recuento average avg durchschnitt moyenne promedio
"""
_TOTALS = frozenset(_TOTAL_WORDS.split())
_GROUP = lazy_pattern(r".+\([0-9.,' ]+ (?:records?|datensatze?|enregistrements?|registros?)\)")
_NO_WORD = lazy_pattern(r"\(.*\)|[\W\d_]+")


class Record(NamedTuple):
    """The cells of a line. `fault` is why they are none, `loose` why they are read in spite of a
    mistake of the line.
    """

    number: int
    cells: Sequence[str]
    after_blank: bool = False
    fault: Fault | None = None
    loose: str = ""


class ExportLine(Struct, frozen=True):
    """What a line became. `row` is None where it is no deal; `why` has sentences without a full
    stop, `do` what to do about them. `link` is why the address of the record is unknown, or empty:
    it is a fault of the column, and so of nearly all lines. `phase` says that an open deal may be
    closed: it is true of all lines with this phase.
    """

    number: int
    kind: LineKind
    row: PipelineRow | None = None
    why: tuple[str, ...] = ()
    do: str = ""
    link: str = ""
    phase: str = ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """All sentences on the line."""
        return (*self.why, *filter(None, (self.link, self.phase)))


def export_lines(
    columns: Headings,
    records: Sequence[Record],
    settings: PipelineSettings,
    account_of: Mapping[str, str] | None = None,
) -> tuple[ExportLine, ...]:
    """What each record became. Of two lines of one deal the later one counts, but an open deal
    counts before a closed one of the same name with another record.

    `account_of` has the account's name by the `record_key` of a deal's id, for lines without it.
    """
    read = _Columns(columns, records, settings, account_of or {})
    footers = _footers(columns, records)
    lines: list[ExportLine] = []
    seen: dict[Deal, int] = {}  # the index in `lines` of each deal
    for record in records:
        if record.number in footers:
            why = f"{shown(_first(record.cells))} is not an account: {footers[record.number]}"
            lines.append(ExportLine(record.number, "no account", None, (why,)))
            continue
        line = read.line(record)
        row = line.row
        if row is not None:
            deal = row.deal
            earlier = seen.get(deal)
            if earlier is not None and _is_another_and_open(lines[earlier].row, row):
                open_line = lines[earlier]
                why = f"line {record.number} has a closed deal of the same name; this open one counts"
                lines[earlier] = replace(open_line, why=(*open_line.why, why))
                why = f"line {open_line.number} has a deal of the same name that is open, and counts"
                lines.append(replace(line, kind="replaced", why=(*line.why, why)))
                continue
            if earlier is not None:
                number = lines[earlier].number
                why = f"line {line.number} has the same deal, and the later line counts"
                lines[earlier] = replace(lines[earlier], kind="replaced", why=(*lines[earlier].why, why))
                name = formats.deal(row.account, row.opportunity)
                why = f"{name} stands in line {number} already; this later line counts"
                line = replace(line, why=(*line.why, why), do=line.do or "Take one of them out.")
            seen[deal] = len(lines)
        lines.append(line)
    return tuple(lines)


def _is_another_and_open(earlier: PipelineRow | None, later: PipelineRow) -> bool:
    """Whether the earlier of two lines is the deal of another record and open, the later one not:
    the renewal of last year does not close that of this year.
    """
    if earlier is None or not later.is_closed or earlier.is_closed:
        return False
    ids = {record_key(earlier.crm_id), record_key(later.crm_id)}
    return "" not in ids and len(ids) > 1


class _Columns:
    """Reads records by the columns of a file, whose order of dates and decimal mark it finds."""

    def __init__(
        self,
        columns: Headings,
        records: Sequence[Record],
        settings: PipelineSettings,
        account_of: Mapping[str, str],
    ) -> None:
        self._columns, self._settings = columns, settings
        places = columns.places
        self._single = {column: at[0] for column, at in places.items() if len(at) == 1}
        self._doubled = {column: at for column, at in places.items() if len(at) > 1 and column not in SEVERAL}
        self._width = len(columns.names)
        self._closed: dict[str, bool] = {}  # by phase
        self._days: dict[str, date | Fault | None] = {}  # by cell
        tests: tuple[tuple[str, Callable[[str], bool]], ...] = (("status", self._is_closed), ("closed", is_true))
        self._ends = [(at, test) for column, test in tests for at in places.get(column, ())]
        self._order: Found = "" if settings.date_order else date_order(self._cells("close_on", records))
        self._decimal = decimal_mark(self._cells("amount", records))
        self._of_deal = account_of
        self._of_account = self._names(records) if "account_id" in places else {}

    def _names(self, records: Sequence[Record]) -> dict[str, str]:
        """The name of each account by the key of its id: where a line has both, or a session knows
        the deal of a line.
        """
        found: dict[str, str] = {}
        for record in records:
            account, own, deal = (self._cell(column, record) for column in ("account", "account_id", "crm_id"))
            name = account if not is_blank(account) else self._of_deal.get(record_key(deal), "")
            if name and not is_blank(own):
                found.setdefault(record_key(own), name)
        return found

    def _cell(self, column: str, record: Record) -> str:
        at = self._single.get(column, len(record.cells))
        return text_of(record.cells[at]) if at < len(record.cells) else ""

    def _cells(self, column: str, records: Sequence[Record]) -> Iterator[str]:
        for at in self._columns.places.get(column, ()):
            yield from (record.cells[at] for record in records if at < len(record.cells))

    def line(self, record: Record) -> ExportLine:
        """What a record became, on its own."""
        if record.fault is not None:
            return ExportLine(record.number, "unreadable", None, (record.fault.what,), record.fault.do)
        cells, why, unknown = record.cells, [record.loose] if record.loose else [], []
        do = ""
        if len(cells) > self._width and any(cell.strip() for cell in cells[self._width :]):
            what = (
                f"it has {formats.count(len(cells), 'cell')}, and the first line {formats.count(self._width, 'cell')}"
            )
            if not _in_place(self._columns, cells):
                do = "A cell that holds the separator stands in quotes."
                return ExportLine(record.number, "unreadable", None, (what,), do)
            why.append(f"{what}; those behind the last column are not used")
        texts = {column: text_of(cells[at]) for column, at in self._single.items() if at < len(cells)}
        for column, places in self._doubled.items():
            different = dict.fromkeys(text for at in places if at < len(cells) and (text := text_of(cells[at])))
            texts[column] = next(iter(different), "")
            if len(different) > 1:
                texts[column] = ""
                unknown.append(column)
                why.append(f"{column}: its columns say {' and '.join(map(shown, different))}")
        get = texts.get
        account = get("account", "")
        if is_blank(account) and not is_blank(own := get("account_id", "")):
            account = self._of_deal.get(record_key(get("crm_id", ""))) or self._of_account.get(record_key(own), "")
            if not account:
                what = f"of its account it has only the id {shown(own)}, and no session knows the name"
                do = "Let the CRM export the name of the account too."
                return ExportLine(record.number, "unreadable", None, (*why, what), do)
        if is_blank(account):
            do = "Write whose deal it is."
            return ExportLine(record.number, "unreadable", None, (*why, "the line has no account"), do)
        if ";" in account and len(several := items(account)) > 1:
            account = several[0]
            why.append(f"its account is a list of {len(several)}; the first one, {shown(account)}, counts")
        amount = money(get("amount", ""), self._decimal)
        day = self._day(get("close_on", ""))
        for column, found in (("amount", amount), ("close_on", day)):
            if isinstance(found, Fault):
                unknown.append(column)
                why.append(f"{found.what}; the deal counts without it")
                do = do or found.do
        link, no_link = web_address(get("crm_url", "")), ""
        if not link and not is_blank(get("crm_url", "")):
            unknown.append("crm_url")
            no_link = "crm_url: it is no web address; the deal counts without it"
        phase = get("phase", "")
        row = PipelineRow(
            account=account,
            opportunity=get("opportunity", ""),
            phase="" if is_blank(phase) else phase,
            amount=amount.value if isinstance(amount, Money) else None,
            currency=self._currency(get("currency", ""), amount, why),
            close_on=day if isinstance(day, date) else None,
            owner=owner_name(get("owner", "")),
            crm_id=get("crm_id", ""),
            crm_url=link,
            closed=self._is_closed(phase) or self._ended(cells),
            unknown=tuple(unknown),
        )
        doubt = ""
        if not row.closed and may_be_closed(phase):
            doubt = f"the phase {shown(phase)} may be an end; if it is one, put it in closed of [pipeline]"
        return ExportLine(record.number, "deal", row, tuple(why), do, no_link, doubt)

    def _day(self, cell: str) -> "date | Fault | None":
        """The day of a cell; a large file has few different ones."""
        if cell not in self._days:
            self._days[cell] = close_date(cell, self._order, self._settings.date_order)
        return self._days[cell]

    def _currency(self, cell: str, amount: "Money | Fault | None", why: list[str]) -> str:
        named = currency(cell) or self._columns.currency
        own = amount.currency if isinstance(amount, Money) else ""
        if own and named and own != named and not agree(own, named):
            why.append(f"the amount is in {own} by its cell and in {named} by its column; the column counts")
        elif own in CODES and named not in CODES:
            return own
        return named or own

    def _is_closed(self, phase: str) -> bool:
        """Whether the phase means so, or is configured so; a file has few different ones."""
        found = self._closed.get(phase)
        if found is None:
            found = self._closed[phase] = is_closed(phase) or is_among(phase, self._settings.closed)
        return found

    def _ended(self, cells: Sequence[str]) -> bool:
        """Whether a column with a status or a tick says that the deal is closed."""
        return any(at < len(cells) and cells[at] and test(cells[at]) for at, test in self._ends)


def fits(columns: Headings, cells: Sequence[str]) -> bool:
    """Whether cells that were cut without regard to quotes stand in the columns of the file."""
    return len(cells) == len(columns.names) and _in_place(columns, cells)


def _in_place(columns: Headings, cells: Sequence[str]) -> bool:
    """Whether the cells of a doubtful line stand in their columns: all of amount, currency and
    date can be read, and one of them is there.
    """
    found = False
    for column, reads in _READS:
        for at in columns.places.get(column, ()):
            text = text_of(cells[at])
            if text and not reads(text):
                return False
            found = found or bool(text)
    return found


def _is_amount(text: str) -> bool:
    return not isinstance(money(text), Fault)


def _is_date(text: str) -> bool:
    return not all(isinstance(close_date(text, order), Fault) for order in ("dmy", "mdy"))


_READS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("amount", _is_amount),
    ("currency", is_currency),
    ("close_on", _is_date),
)


def _footers(columns: Headings, records: Sequence[Record]) -> dict[int, str]:
    """The numbers of the lines that are no accounts, with the reason."""
    width = len(columns.names)
    telling = [at for column in ("opportunity", "phase", "close_on") for at in columns.places.get(column, ())]
    accounts = columns.places.get("account", ())
    found: dict[int, str] = {}
    last = -1  # the index of the last line that has more than its first cell
    for index, record in enumerate(records):
        cells = record.cells
        if accounts and _is_heading(columns, cells, accounts[0]):
            found[record.number] = "the line has the headings again"
        elif (
            telling
            and not _tells([cells[at] for at in telling if at < len(cells)])
            and (_is_total(_first(cells)) or any(at < len(cells) and _is_total(cells[at]) for at in accounts))
        ):
            found[record.number] = "a total has no opportunity, phase and date"
        elif record.fault is not None or any(cell.strip() for cell in cells[1:]):
            last = index
    apart = False  # after a blank line below the last line of several cells
    for index, record in enumerate(records):
        if record.number in found or record.fault is not None or any(cell.strip() for cell in record.cells[1:]):
            continue
        end = index > last >= 0
        apart = apart or (end and record.after_blank)
        if len(record.cells) < width and (record.after_blank or end):
            found[record.number] = "nothing stands behind it, " + ("at the end" if end else "after a blank line")
        elif width > 1 and end and apart:
            found[record.number] = "nothing stands behind it, after a blank line at the end"
    return found


def _is_heading(columns: Headings, cells: Sequence[str], account: int) -> bool:
    """Whether a line has the headings once more, as where two exports were put together."""
    if account >= len(cells) or columns.names[account] not in cells[account]:
        return False
    return tuple(" ".join(text_of(cell).split()) for cell in cells) == columns.names


def _tells(cells: Sequence[str]) -> bool:
    """Whether opportunity, phase and date say something of a deal: more than a count of lines or
    the word for a total.
    """
    texts = [text for cell in cells if (text := cell.strip()) and not text.isdigit()]
    return len(texts) > 1 or (len(texts) == 1 and not _is_total(texts[0]))


def _is_total(text: str) -> bool:
    if len(text) > 200:
        return False
    plain = folded(text).strip()
    return (len(text) <= 60 and _NO_WORD.sub("", plain) in _TOTALS) or bool(
        plain.endswith(")") and _GROUP.fullmatch(plain)
    )


def _first(cells: Sequence[str]) -> str:
    return next((text_of(cell) for cell in cells if cell.strip()), "")
