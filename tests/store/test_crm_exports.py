"""Covers: session_tui.store.pipeline, session_tui.store.delimited_text, session_tui.model.crm.

The exports of CRMs are read as they come: what each line of each file in `tests/data/crm` became.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_tui.model.configuration import PipelineColumns, PipelineSettings
from session_tui.model.crm.cell import owner_name, owners, text_of
from session_tui.model.pipeline import record_key
from session_tui.model.session import Session
from session_tui.store import pipeline
from session_tui.store.errors import StoreError

FOLDER = Path(__file__).resolve().parent.parent / "data" / "crm"

DEAL: dict[str, Any] = {
    "account": "Acme Freight",
    "opportunity": "Transport management replacement",
    "phase": "negotiation",
    "amount": 480000.0,
    "currency": "EUR",
    "close_on": date(2027, 1, 29),
    "owner": "Ben Okafor",
    "closed": False,
    "unknown": (),
}
BEN = {"owner": "Ben"}
OTHER: dict[str, Any] = {
    "account": "Borealis Foods",
    "opportunity": "Warehouse rollout",
    "phase": "negotiation",
    "amount": 140000.0,
    "owner": "x",
}
WON = {"phase": "Closed Won", "close_on": date(2026, 11, 30), "owner": "Mei Tan", "closed": True}
GOOD = {"account": "Good Ltd", "opportunity": "Renewal", "close_on": None, "currency": "", "owner": ""}
NONE = {"phase": "", "amount": None, "currency": "", "close_on": None, "owner": ""}
NO_DATE = {"close_on": None, "unknown": ("close_on",)}
RENEWAL: dict[str, Any] = {
    "opportunity": "Renewal",
    "phase": "Proposal",
    "amount": 4.0,
    "currency": "",
    "close_on": date(2027, 12, 15),
}

# Each line: its number, and how its deal differs from `DEAL`; a text where it gave none.
LINES: dict[str, list[tuple[int, dict[str, Any] | str]]] = {
    "amt-dash": [(2, {"amount": None})],
    "amt-dec3": [(2, {"amount": 480123.0})],
    "amt-na": [(2, {"amount": None})],
    "amt-neg": [(2, {"amount": -480000.0})],
    "amt-pct": [(2, {"amount": None, "unknown": ("amount",)})],
    "amt-zero": [(2, {"amount": 0.0})],
    "badquote": [(2, BEN | {"opportunity": 'Transport "mgmt" replacement'}), (3, OTHER)],
    "both-orders": [
        (2, NONE | NO_DATE | {"opportunity": "TMS"}),
        (3, NONE | {"account": "Borealis Foods", "opportunity": "WMS", "close_on": date(2027, 2, 28)}),
        (4, NONE | {"account": "Copper Mills", "opportunity": "Route", "close_on": date(2027, 2, 28)}),
    ],
    "caps": [(2, BEN)],
    "cp1252": [(2, {"account": "Söhne GmbH", "opportunity": "Größe"})],
    "cp1252-umlaut": [
        (2, GOOD | {"phase": "proposal", "amount": None}),
        (3, GOOD | {"account": "Müller KG", "opportunity": "Rollout", "phase": "proposal", "amount": None}),
    ],
    "cr": [(2, BEN)],
    "crm-deals": [
        (2, {"phase": "Decision maker bought-in", "amount": 420000.0, "currency": "", "close_on": date(2026, 12, 18)})
    ],
    "crm-report": [
        (2, {"phase": "Proposal", "amount": 420000.0, "close_on": date(2026, 12, 18)}),
        (
            3,
            {
                "account": "Copper Mills",
                "opportunity": "Route planning",
                "phase": "Qualification",
                "amount": 90000.0,
                "close_on": date(2026, 11, 4),
                "owner": "Mei Tan",
            },
        ),
    ],
    "currency-signs": [
        (2, {"opportunity": "TMS", "phase": "proposal", "owner": ""}),
        (3, OTHER | {"opportunity": "WMS", "phase": "proposal", "amount": 480000.0, "currency": "CAD", "owner": ""}),
        (
            4,
            {"account": "Copper Mills", "opportunity": "Route", "phase": "proposal", "amount": 480.0, "owner": ""}
            | {"currency": "AUD"},
        ),
    ],
    "customer-total": [
        (
            2,
            GOOD
            | {"account": "Total", "opportunity": "Lubricants", "phase": "proposal", "amount": 1000.0}
            | {"close_on": date(2027, 1, 29)},
        ),
        (3, NONE | {"account": "Total Example", "opportunity": ""}),
        (4, "no account"),
    ],
    "decimal-column": [
        (2, NONE | {"opportunity": "TMS", "amount": 480.125}),
        (3, NONE | {"account": "Borealis Foods", "opportunity": "WMS", "amount": 99.5}),
    ],
    "dmy-column": [
        (2, NONE | {"opportunity": "TMS", "close_on": date(2027, 2, 1)}),
        (3, NONE | {"account": "Borealis Foods", "opportunity": "WMS", "close_on": date(2027, 2, 28)}),
        (4, NONE | NO_DATE | {"account": "Copper Mills", "opportunity": "Route"}),
    ],
    "duphdr": [(2, NONE | {"phase": "negotiation", "unknown": ("amount",)})],
    "duprow": [(2, "replaced"), (3, BEN | {"phase": "proposal", "amount": 999.0})],
    "dynamics": [(2, {"phase": "3-Propose"})],
    "dynamics-de": [(2, {"account": "Söhne GmbH", "opportunity": "TMS Ablösung", "phase": "3-Angebot"})],
    "dynamics-es": [
        (
            2,
            {"account": "Transportes Ejemplo", "opportunity": "Sustitución del TMS", "phase": "3-Proponer"}
            | {"amount": None, "unknown": ("amount",)},
        )
    ],
    "dynamics-short": [(2, GOOD | {"phase": "", "amount": 1000.0, "close_on": date(2026, 12, 31)})],
    "empty-rows": [(5, BEN)],
    "footer": [(2, BEN), (5, "no account"), (6, "no account"), (7, "no account")],
    "footer-total": [
        (2, GOOD | {"phase": "proposal", "amount": 1000.0}),
        *((number, "no account") for number in range(5, 10)),
    ],
    "header-only": [],
    "hubspot": [(2, {"phase": "Contract Sent"}), (3, OTHER | WON | {"phase": "Closed won"})],
    "hubspot-fr": [
        (2, {"account": "Société Générique", "opportunity": "Remplacement du TMS", "phase": "Contrat envoyé"}),
        (
            3,
            OTHER
            | {"account": "Borée", "opportunity": "Entrepôt", "phase": "Perdue", "owner": "Mei Tan"}
            | {"close_on": date(2027, 3, 2), "closed": True},
        ),
    ],
    "hubspot-lists": [
        (
            2,
            NONE
            | {"opportunity": "TMS rollout", "phase": "Presentation Scheduled (Sales Pipeline)", "amount": 1250000.5}
            | {"close_on": date(2026, 12, 15), "owner": "Ben Okafor"},
        ),
        (
            6,
            NONE
            | {"account": "Borealis Foods", "opportunity": "WMS", "phase": "Closed Lost (Sales Pipeline)"}
            | {"owner": "Mei Tan", "closed": True},
        ),
        (
            7,
            NONE
            | {"account": "Copper Mills", "opportunity": "Pilot", "phase": "closedwon", "owner": "Mei Tan"}
            | {"closed": True},
        ),
    ],
    "hubspot-short": [
        (2, GOOD | {"phase": "Proposal", "amount": 1000.0, "close_on": date(2026, 12, 31), "owner": "Ola Berg"})
    ],
    "links": [
        (2, NONE | {"opportunity": "TMS", "crm_id": "0061", "crm_url": "https://crm.example.com/deal/0061"}),
        (
            3,
            NONE
            | {"account": "Borealis Foods", "opportunity": "WMS", "crm_id": "0062"}
            | {"crm_url": "", "unknown": ("crm_url",)},
        ),
    ],
    "names-only": [
        (2, NONE | {"opportunity": ""}),
        (3, NONE | {"account": "Borealis Foods", "opportunity": ""}),
    ],
    "padded-footer": [
        (2, NONE | {"opportunity": "TMS", "phase": "proposal", "amount": 1.0}),
        (4, "no account"),
        (5, "no account"),
    ],
    "ph-6won": [(2, {"phase": "6 - Closed Won", "closed": True})],
    "ph-cancel": [(2, {"phase": "Cancelled", "closed": True})],
    "ph-de": [(2, {"phase": "Gewonnen", "closed": True})],
    "ph-omit": [(2, {"phase": "Omitted"})],
    "ph-won": [(2, {"phase": "Closed Won", "closed": True})],
    "ph-won2": [(2, {"phase": "Won - signed", "closed": True})],
    "pipedrive": [
        (2, {"phase": "Negotiations Started"}),
        (3, OTHER | WON | {"phase": "Negotiations Started"}),
    ],
    "pipedrive-de": [
        (
            2,
            {"opportunity": "TMS", "phase": "Angebot erstellt", "amount": 1234.56, "close_on": date(2026, 12, 15)},
        ),
        (
            3,
            OTHER
            | {"opportunity": "WMS", "phase": "Verhandlung", "amount": 2000000.0, "close_on": date(2027, 1, 8)}
            | {"owner": "Mei Tan", "closed": True},
        ),
        (
            4,
            {"account": "Copper Mills", "opportunity": "Pilot", "phase": "Verhandlung", "amount": 980.5}
            | {"close_on": None, "owner": "Mei Tan", "closed": True},
        ),
    ],
    "quotednl": [
        (2, {}),
        (4, {"account": "New Corp", "opportunity": "Pilot", "phase": "q", "amount": 1.0, "owner": "x"}),
    ],
    "readable": [
        (2, NONE | {"opportunity": "TMS", "phase": "evaluation", "close_on": date(2027, 1, 28)}),
        (3, NONE | {"opportunity": "Pilot", "phase": "qualification", "close_on": date(2027, 1, 29)}),
    ],
    "renewals": [
        (2, RENEWAL | {"amount": 5.0}),
        (3, "replaced"),  # of another record, and closed
        (4, "replaced"),  # the same record, which was lost since
        (5, RENEWAL | {"account": "Copper Mills", "phase": "Closed Lost", "closed": True}),
        (6, RENEWAL | {"account": "Dune Mills", "closed": True}),
        (7, "no account"),
    ],
    "salesforce-short": [
        (2, GOOD | {"phase": "Proposal", "amount": 1000.0, "close_on": date(2026, 12, 31), "owner": "Ola Berg"})
    ],
    "semi": [(2, {"amount": 480000.5})],
    "sepline": [(3, BEN)],
    "sf-grouped": [
        (
            7,
            {"opportunity": "TMS", "phase": "Proposal/Price Quote", "amount": 1250000.0}
            | {"close_on": date(2026, 12, 15), "crm_id": "006000000000001AAA"},
        ),
        (
            8,
            {"opportunity": "Depot pilot", "phase": "Closed Lost - Price", "amount": 48000.0, "owner": "Mei Tan"}
            | {"close_on": date(2027, 1, 8), "closed": True},
        ),
        *((number, "no account") for number in (9, 10, 12, 13)),
    ],
    "sf-grouped-stage": [
        (2, {"opportunity": "TMS", "phase": "Prospecting", "amount": 1250000.0, "close_on": date(2026, 12, 15)}),
        (3, "no account"),
        (
            4,
            {"account": "Borealis Foods", "opportunity": "WMS", "phase": "Negotiation", "amount": 10000.0}
            | {"close_on": date(2027, 1, 8), "owner": "Mei Tan"},
        ),
        (5, "no account"),
        (6, "no account"),
    ],
    "sf-loader": [(2, {"phase": "Negotiation/Review"}), (3, OTHER | WON | {"phase": "Signature"})],
    "sf-report": [(2, {"phase": "Negotiation/Review"}), (3, OTHER | WON)],
    "sf-report-de": [
        (2, {"account": "Söhne GmbH", "opportunity": "Große Ablösung", "phase": "Verhandlung"}),
        (3, OTHER | WON | {"account": "Müller KG", "opportunity": "Rollout", "phase": "Gewonnen", "amount": 1250.5}),
        (4, "no account"),
        (7, "no account"),
        (8, "no account"),
    ],
    "short": [(2, NONE), (3, OTHER | {"amount": 1.0})],
    "spaces": [(2, BEN)],
    "title-above": [(5, NONE | {"opportunity": "TMS", "phase": "Proposal", "close_on": date(2027, 1, 29)})],
    "two-amounts": [(2, {"opportunity": "TMS", "phase": "Proposal", "close_on": None, "owner": ""})],
    "two-exports": [
        (2, NONE | {"opportunity": "TMS", "phase": "proposal", "amount": 1.0, "close_on": date(2026, 12, 15)}),
        (4, "no account"),
        (
            5,
            NONE
            | {"account": "Borealis Foods", "opportunity": "WMS", "phase": "proposal", "amount": 2.0}
            | {"close_on": date(2026, 12, 16)},
        ),
    ],
    "us-amb": [(2, NO_DATE)],
    "us-two-deals": [
        (2, {"close_on": date(2027, 1, 2)}),
        (3, {"opportunity": "Depot pilot", "phase": "qualification", "amount": 20000.0}),
    ],
    "zoho": [(2, {"phase": "Negotiation/Review", "currency": "$"})],
}
REFUSED = {"empty": "empty", "no-account": "no column called account"}
FILES = sorted(path.stem for path in FOLDER.glob("*.csv"))


def test_each_expectation_has_its_file() -> None:
    assert {*LINES, *REFUSED} <= set(FILES)
    assert len(FILES) > 70


@pytest.mark.parametrize("name", [name for name in FILES if name not in REFUSED])
def test_each_line_of_an_export_becomes_the_deal_it_means(name: str) -> None:
    found = pipeline.read(FOLDER / f"{name}.csv")
    expected = LINES.get(name, [(2, {})])  # the files without an entry have the one deal, written in their way
    assert [line.number for line in found.lines] == [number for number, _ in expected]
    for line, (_, wanted) in zip(found.lines, expected, strict=True):
        if isinstance(wanted, str):
            assert (line.kind, bool(line.why)) == (wanted, True)
            continue
        values = DEAL | wanted
        assert line.row is not None
        assert {key: getattr(line.row, key) for key in values} | {"closed": line.row.is_closed} == values
        assert bool(line.row.unknown) <= bool(line.reasons)
    assert found.faults == ()


@pytest.mark.parametrize(("name", "word"), REFUSED.items())
def test_a_file_without_accounts_is_refused_with_a_sentence(name: str, word: str) -> None:
    with pytest.raises(StoreError, match=word):
        pipeline.read(FOLDER / f"{name}.csv")


def test_the_heading_that_won_and_the_reason_are_said() -> None:
    found = pipeline.read(FOLDER / "two-amounts.csv").headings
    why = {each.column: (each.heading, each.why) for each in found.taken}
    assert why["amount"][0] == "Amount (EUR)" and "Amount (converted)" in why["amount"][1]
    assert why["phase"][0] == "Stage" and "Pipeline Phase" in why["phase"][1]
    assert set(found.unused) == {"Amount (converted)", "Pipeline Phase"}


def test_an_amount_in_another_currency_than_its_column_is_said() -> None:
    whys = [line.why for line in pipeline.read(FOLDER / "currency-signs.csv").lines]
    assert whys == [("the amount is in $ by its cell and in EUR by its column; the column counts",), (), ()]


def test_the_first_account_of_a_list_counts_and_is_said() -> None:
    (first, *_) = pipeline.read(FOLDER / "hubspot-lists.csv").lines
    assert first.why == ('its account is a list of 2; the first one, "Acme Freight", counts',)


def test_a_text_that_a_formula_protects_is_that_text(tmp_path: Path) -> None:
    path = tmp_path / "formulas.csv"
    path.write_text('Account,Deal,Deal ID,Amount\n="Acme",="TMS",="00123",="1000"\n', encoding="utf-8")
    (row,) = pipeline.read(path).rows
    assert (row.account, row.opportunity, row.crm_id, row.amount) == ("Acme", "TMS", "00123", 1000.0)


def test_links_of_another_kind_are_said_once_for_the_file(tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    path.write_text("Account,Deal URL\nA,/006A\nB,/006B\nC,https://crm.example.com/1\n", encoding="utf-8")
    (remark,) = pipeline.read(path).remarks
    assert str(remark) == (
        "links.csv:2: crm_url: it is no web address; the deal counts without it, and that of 1 more line"
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\x14\0", "an Excel workbook"),
        (b"\xd0\xcf\x11\xe0", "of the old kind"),
        (b"\xef\xbb\xbf\n<html><table>", "a web page"),
        (b'[{"account": 1}]', "JSON"),
    ],
)
def test_a_file_of_another_kind_is_called_by_it(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=f"{words}.*Save it as CSV"):
        pipeline.read(path)


def test_a_cell_that_is_too_long_is_not_called_a_quote(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(f"account,opportunity,amount\nA,{'y' * 140_000},1\nB,x,1\n", encoding="utf-8")
    found = pipeline.read(path)
    assert [line.why for line in found.lines] == [("a cell has more than 131,072 characters",), ()]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Okafor, Ben", "Ben Okafor"),
        ("Ben Okafor (ben@example.com)", "Ben Okafor"),
        ("Ben Okafor, MBA", "Ben Okafor, MBA"),
        ("Okafor, Ben (Deactivated User)", "Ben Okafor"),
        ("OKAFOR, BEN", "BEN OKAFOR"),
        ("van der Berg, Anna", "Anna van der Berg"),
        ("West, Anna Maria", "Anna Maria West"),
        ("Ben Okafor, Mei Tan", "Ben Okafor, Mei Tan"),
        ("Okafor, Ben; Mei Tan", "Okafor, Ben; Mei Tan"),
        ("Okafor, Ben & Mei", "Okafor, Ben & Mei"),
        ("Sales, North", "Sales, North"),
        ("West, East", "West, East"),
        ("Team North, Ben", "Team North, Ben"),
        ("Smith, John Jr.", "Smith, John Jr."),
        ("Ruiz Gomez, Ana", "Ruiz Gomez, Ana"),
        ("n/a", ""),
    ],
)
def test_an_owner_is_one_person_however_a_crm_writes_the_name(text: str, name: str) -> None:
    assert owner_name(text) == name


names = st.tuples(*[st.text("bcfghj", min_size=3, max_size=6).map(str.title)] * 2)


@given(st.lists(names, min_size=1, max_size=4), st.sampled_from([", ", "; "]))
def test_a_list_of_owners_stays_as_it_is_written_and_one_name_is_turned(
    people: list[tuple[str, str]], between: str
) -> None:
    whole = tuple(f"{given} {surname}" for given, surname in people)
    assert owner_name(between.join(whole)) == between.join(whole)
    assert owners(between.join(whole)) == whole
    assert owners("; ".join(f"{surname}, {given}" for given, surname in people)) == whole


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ben Okafor", ("Ben Okafor",)),
        ("Ben Okafor, Mei Tan", ("Ben Okafor", "Mei Tan")),
        ("Okafor, Ben; Mei Tan (mei@example.com)", ("Ben Okafor", "Mei Tan")),
        ("Sales, North", ("Sales, North",)),
        ("Ben Okafor, MBA", ("Ben Okafor, MBA",)),
        ("", ()),
    ],
)
def test_several_owners_of_a_cell_are_each_one(text: str, people: tuple[str, ...]) -> None:
    assert owners(text) == people


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('="00123"', "00123"),
        ('="a ""b"" c"', 'a "b" c'),
        ('=""', ""),
        ('="5"&"6"', '="5"&"6"'),
        ('="5"+1', '="5"+1'),
        ('="', '="'),
        ('="a"b"', '="a"b"'),
        ("=1+1", "=1+1"),
    ],
)
def test_only_a_formula_that_is_one_quoted_text_is_that_text(cell: str, text: str) -> None:
    assert text_of(cell) == text


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), max_size=8))
def test_a_text_protected_by_a_formula_is_that_text_and_any_other_formula_stays(text: str) -> None:
    protected = '="{}"'.format(text.replace('"', '""'))
    assert text_of(protected) == text
    assert text_of(f"{protected}&{protected}") == f"{protected}&{protected}"


def test_the_configuration_settles_what_the_file_does_not_show(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("Wer,Was,Lage,Wann\nAcme,TMS,Handed over,1/2/2027\n", encoding="utf-8")
    columns = PipelineColumns(account="Wer", opportunity="was", phase="LAGE", close_on="Wann")
    settings = PipelineSettings(columns=columns, closed=("handed over",), date_order="dmy")
    (row,) = pipeline.read(file, settings).rows
    assert (row.account, row.opportunity, row.close_on, row.closed) == ("Acme", "TMS", date(2027, 2, 1), True)
    file.write_text("Wer,Was,Lage,Status\nAcme,TMS,Offer,Handed over\n", encoding="utf-8")
    assert pipeline.read(file, settings).rows[0].closed, "a status may be one of the configured words too"
    absent = pipeline.read(FOLDER / "ok.csv", PipelineSettings(columns=PipelineColumns(owner="Wer")))
    assert "Wer" in absent.remarks[0].what and absent.rows[0].owner == "Ben Okafor"


@given(st.lists(st.text(alphabet='account,;|\t"\n\r\0Total ab1=ü-/.', max_size=24), max_size=8))
def test_any_text_gives_each_line_once_and_no_line_twice(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    file = tmp_path_factory.mktemp("any") / "pipeline.csv"
    for encoding in ("utf-8", "cp1252", "utf-16-le"):
        file.write_bytes(("account,opportunity,amount,close_on\n" + "\n".join(parts)).encode(encoding))
        try:
            found = pipeline.read(file)
        except StoreError:
            continue
        numbers = [line.number for line in found.lines]
        assert numbers == sorted(set(numbers))
        assert len(found.rows) == sum(line.kind == "deal" for line in found.lines)
        assert len({row.deal for row in found.rows}) == len(found.rows)
        assert all(line.why for line in found.lines if line.kind != "deal")


ID_ONLY = """\
"ID","ACCOUNTID","NAME","STAGENAME","AMOUNT","CLOSEDATE"
"006000000000001AAA","001000000000011AAC","Transport management","Negotiation/Review","480000.0","2027-01-29"
"006000000000002AAA","001000000000022AAC","Warehouse rollout","Signature","140000.0","2026-11-30"
"006000000000003AAA","001000000000011AAC","Depot pilot","Qualification","20000.0","2027-02-28"
"""


def _knowing(crm_id: str, account: str) -> Session:
    return Session(id="2026-11-09-acme-2m9x", status="held", agenda="strategy-30", account=account, crm_id=crm_id)


def test_an_account_that_is_only_an_id_has_the_name_that_a_session_knows_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "loader.csv"
    path.write_text(ID_ONLY, encoding="utf-8")
    # A session keeps the id with 15 characters, as a report shows it; the newest comes first.
    sessions = (_knowing("006000000000001", "Acme Freight"), _knowing("006000000000001", "Acme Fr."))
    found = pipeline.read(path, sessions=lambda: sessions)
    assert [(row.account, row.opportunity) for row in found.rows] == [
        ("Acme Freight", "Transport management"),
        ("Acme Freight", "Depot pilot"),  # of the same account, which no session is about
    ]
    assert [(fault.line, fault.what) for fault in found.faults] == [
        (3, 'of its account it has only the id "001000000000022AAC", and no session knows the name')
    ]
    assert found.faults[0].do == "Let the CRM export the name of the account too."
    assert [each.what for each in found.remarks] == [
        "it has the ids of accounts and no names; sessions know the name for 2 lines"
    ]
    assert [line.row for line in pipeline.read(path).lines] == [None] * 3


def test_a_line_without_a_name_has_that_of_another_line_with_its_id(tmp_path: Path) -> None:
    path = tmp_path / "both.csv"
    path.write_text(
        "Opportunity ID,Account ID,Account Name,Opportunity Name\n1,a,Acme,One\n2,a,,Two\n3,b,,Three\n",
        encoding="utf-8",
    )
    found = pipeline.read(path, sessions=lambda: pytest.fail("no session is asked for"))
    assert [(row.account, row.opportunity, row.crm_id) for row in found.rows] == [
        ("Acme", "One", "1"),
        ("Acme", "Two", "2"),
    ]
    assert len(found.faults) == 1


def test_ids_of_records_are_compared_without_the_check_of_eighteen_characters() -> None:
    assert record_key(" 006000000000001AAA ") == record_key("006000000000001") != record_key("006000000000001aaa"[:14])
    assert record_key("006000000000001AAb") != record_key("00600000000000aAAb")
    assert record_key("1234-5678-9012-345") == "1234-5678-9012-345"
