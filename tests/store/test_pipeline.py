"""Covers: session_tui.store.pipeline.

A CRM export is read as it is; an unreadable row is reported with its line, and all others count.
"""

import codecs
import csv
import io
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_tui.model.crm.cell import owner_name
from session_tui.model.fault import Fault
from session_tui.model.pipeline import COLUMNS, PipelineRow
from session_tui.store import pipeline
from session_tui.store.errors import StoreError

ACME = PipelineRow(
    "Acme Freight", "Transport management", "evaluation", 420000.5, "EUR", date(2026, 12, 18), "Ben Okafor"
)
BOREALIS = PipelineRow("Borealis Foods", "Warehouse rollout", "negotiation", 185000.0, "EUR", date(2026, 12, 4))
HEAD = "account,opportunity,phase,amount,currency,close_on,owner\n"
SOUND = HEAD + (
    "Acme Freight,Transport management,evaluation,420000.50,EUR,2026-12-18,Ben Okafor\n"
    "Borealis Foods,Warehouse rollout,negotiation,185000,EUR,2026-12-04,\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "pipeline.csv"


def read(file: Path, content: str | bytes) -> pipeline.Pipeline:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return pipeline.read(file)


def refusal(file: Path) -> Fault:
    with pytest.raises(StoreError) as caught:
        pipeline.read(file)
    (fault,) = caught.value.faults
    assert fault.what
    assert fault.do
    return fault


def test_the_example_is_read_to_the_letter(file: Path) -> None:
    found = read(file, SOUND)
    assert (found.rows, found.faults, found.remarks) == ((ACME, BOREALIS), (), ())


def written(amount: float, style: str) -> str:
    plain = f"{amount:,.2f}"
    match style:
        case "german":
            return plain.translate(str.maketrans(",.", ".,"))
        case "swiss":
            return plain.replace(",", "\u2019")
        case "french":
            return plain.replace(",", "\u202f").replace(".", ",") + "\u00a0€"
        case "english":
            return f"${plain}"
        case "comma":
            return f"{amount:.2f}".replace(".", ",")
        case _:
            return f"{amount:.2f}"


# Line breaks in the middle only: a cell's outer blanks are no part of its value.
cells = st.text(alphabet='ab ,;\t"\n.é東', max_size=8).map(lambda text: f"x{text}y")
rows = st.lists(
    st.builds(
        PipelineRow,
        account=cells.map(lambda text: text.replace(";", ",")),  # a semicolon would be a list of accounts
        opportunity=cells | st.just(""),
        phase=cells,
        amount=st.none() | st.integers(0, 10**11).map(lambda cents: cents / 100),
        currency=st.sampled_from(["EUR", "USD"]),
        close_on=st.none() | st.dates(),
        owner=cells.map(owner_name),
    ),
    max_size=4,
    unique_by=lambda row: row.deal,
)


@given(
    rows=rows,
    order=st.permutations([*COLUMNS, "Territory", "notes"]),
    separator=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    style=st.sampled_from(["german", "swiss", "french", "english", "comma", "plain"]),
    dotted=st.booleans(),
    case=st.sampled_from([str.upper, str.title, str.lower]),
)
def test_any_order_separators_and_spelling_of_the_columns_give_the_same_deals(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[PipelineRow],
    order: list[str],
    separator: str,
    end: str,
    encoding: str,
    style: str,
    dotted: bool,
    case: "type[str]",
) -> None:
    out = io.StringIO(newline="")
    # The module that writes puts a line break in quotes only where it is the kind that ends its
    # lines.
    if end == "\r":
        writer = csv.writer(out, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    else:
        writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerow([case(name).replace("_", " ") for name in order])
    for row in rows:
        day = row.close_on
        values = {name: str(getattr(row, name, "free, text; of\ttheirs")) for name in order}
        values["amount"] = "" if row.amount is None else written(row.amount, style)
        values["close_on"] = "" if day is None else f"{day:%d.%m.}{day.year:04}" if dotted else day.isoformat()
        writer.writerow([values[name] for name in order])
    file = tmp_path_factory.mktemp("any") / "pipeline.csv"
    file.write_bytes(out.getvalue().encode(encoding))
    found = pipeline.read(file)
    assert found.faults == ()
    breaks = str.maketrans("\t\n", "  ")
    assert [(each.account, each.opportunity, each.phase, each.owner) for each in found.rows] == [
        tuple(text.translate(breaks) for text in (row.account, row.opportunity, row.phase, row.owner)) for row in rows
    ]
    assert [(each.amount, each.currency, each.close_on) for each in found.rows] == [
        (row.amount, row.currency, row.close_on) for row in rows
    ]


@given(st.binary(max_size=60) | st.text(alphabet='account,;\t"\n\r\0ab1=', max_size=60).map(str.encode))
def test_any_bytes_give_deals_faults_or_one_sentence(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.mktemp("any") / "pipeline.csv"
    for head in (b"", b"account,amount\n"):
        file.write_bytes(head + content)
        try:
            found = pipeline.read(file)
        except StoreError:
            refusal(file)
            continue
        assert all(row.account for row in found.rows)
        assert all(fault.line and fault.what for fault in found.faults)


def test_a_line_without_a_deal_is_a_fault_and_an_unknown_value_is_a_remark(file: Path) -> None:
    bad = 'Carta,"two\nlines",evaluation,lots,EUR,,\n,x,,,,,\n\nDelta,,,,,04/05/2026,\nEcho,,,1,2,EUR,2026-12-01,x\n'
    found = read(file, SOUND + bad + "Foxtrot,x\n")
    assert [row.account for row in found.rows] == ["Acme Freight", "Borealis Foods", "Carta", "Delta", "Foxtrot"]
    assert [row.unknown for row in found.rows] == [(), (), ("amount",), ("close_on",), ()]
    assert [(fault.where, fault.line) for fault in found.faults] == [(f"pipeline.csv:{line}", line) for line in (6, 9)]
    assert [fault.line for fault in found.remarks] == [4, 8]
    words = ("account", "8 cells", "lots", "two days")
    for fault, word in zip((*found.faults, *found.remarks), words, strict=True):
        assert word in fault.what
        assert fault.do


def test_the_later_line_of_a_deal_counts_and_is_named(file: Path) -> None:
    found = read(file, "account,opportunity,amount\nAcme,X,1\nBorealis,X,2\nACME , x,3\n")
    assert [(row.account, row.amount) for row in found.rows] == [("Borealis", 2.0), ("ACME", 3.0)]
    (remark,) = found.remarks
    assert (remark.line, "line 2" in remark.what, found.faults) == (4, True, ())


def test_a_quote_that_never_closes_swallows_no_deal_below_it(file: Path) -> None:
    found = read(file, 'account,opportunity\nAcme,"Rollout\nBorealis,X\nCarta,Y\n')
    assert [row.account for row in found.rows] == ["Borealis", "Carta"]
    assert [fault.line for fault in found.faults] == [2]
    found = read(file, 'account,opportunity,phase\nAcme,"Roll\nout" two,evaluation\nBorealis,X,won\n')
    assert [row.account for row in found.rows] == ["Borealis"]
    assert [fault.line for fault in found.faults] == [2, 3]


def test_what_a_spreadsheet_puts_before_the_columns_is_taken(file: Path) -> None:
    assert [row.account for row in read(file, "sep=;\r\naccount;amount\r\nAcme, Inc;1\r\n").rows] == ["Acme, Inc"]
    assert [row.account for row in read(file, "\n\nAccount\nAcme\n").rows] == ["Acme"]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\n \n", "empty"),
        (b"person,amount\nAcme,1\n", "no column called account"),
        (b"account\nAcme\nK\x94ln\n", "not UTF-8"),
        ("account\nМюллер\n".encode("cp1251"), "not UTF-8"),
        ("account\nMüller\n".encode("mac-roman"), "not UTF-8"),
        ("account\nMüller\n".encode("cp850"), "not UTF-8"),
        ("account\nMüller\n".encode() + b"K\xf6ln\n", "not UTF-8"),
        (codecs.BOM_UTF16_LE + b"a", "not whole UTF-16"),
        (b"account\nAc\0me\n", "a zero byte stands there"),
    ],
)
def test_a_file_that_is_no_pipeline_is_a_sentence_with_what_to_do(file: Path, content: bytes, word: str) -> None:
    file.write_bytes(content)
    assert word in refusal(file).what


def test_two_equal_headings_count_where_their_cells_agree(file: Path) -> None:
    found = read(file, "account,Account,opportunity\nAcme,Acme,X\nBorealis,,Y\nCarta,Delta,Z\n")
    assert [row.account for row in found.rows] == ["Acme", "Borealis"]
    assert [fault.line for fault in found.faults] == [4]


def test_a_file_that_cannot_be_had_is_a_sentence_with_what_to_do(file: Path, tmp_path: Path) -> None:
    assert "no such file" in refusal(file).what
    assert "folder" in refusal(tmp_path).what
    assert "called so" in refusal(Path("a\0b")).what
    with file.open("wb") as big:
        big.truncate(pipeline.LARGEST + 1)
    assert "larger than 20 MB" in refusal(file).what


def test_the_line_that_is_not_utf_8_is_named(file: Path) -> None:
    file.write_bytes(b"account\nAcme\nK\x94ln\n")
    assert refusal(file).where.endswith("pipeline.csv:3")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_read_like_a_file(file: Path) -> None:
    import threading

    os.mkfifo(file)
    writer = threading.Thread(target=file.write_bytes, args=(SOUND.encode(),))
    writer.start()
    assert pipeline.read(file).rows == (ACME, BOREALIS)
    writer.join()


def test_a_large_file_of_nothing_but_quotes_is_read_in_one_pass(file: Path) -> None:
    # Each line opens a quote: were reading begun again with everything below, this would never
    # end.
    found = read(file, "account,opportunity\n" + 'Acme,"x\n' * 20_001)
    assert len(found.rows) + len(found.faults) >= 20_001
