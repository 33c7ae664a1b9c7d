"""Covers: session_tui.export.crm, and the record of the CRM in other documents.

What goes back into the CRM names its record, and a reader of such exports reads it back.
"""

import csv
import io
from pathlib import Path

import pytest
from msgspec.structs import replace

from export.samples import SETTING, WHOLE
from session_tui.export.crm import KEYS, LONGEST_STEP, render
from session_tui.export.formats import remarks
from session_tui.export.formats import render as render_format
from session_tui.export.summary import summarise
from session_tui.model import carry_forward
from session_tui.model.pipeline import PipelineRow
from session_tui.model.session import ActionItem
from session_tui.store import pipeline

DEAL = replace(WHOLE, crm_id="0061x", crm_url="https://crm.example.com/deal/0061x")
SUMMARY = summarise(DEAL, "shared")


def line(**changes: object) -> dict[str, str]:
    made = render(summarise(replace(DEAL, **changes), "shared"), SETTING)
    (found,) = csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline=""))
    assert tuple(found) == KEYS
    return found


def test_the_line_has_the_record_and_the_action_that_is_due_first() -> None:
    found = line()
    first = min((each for each in DEAL.action_items if each.status == "open"), key=lambda each: str(each.due or "9"))
    assert (found["Record ID"], found["Link"]) == ("0061x", "https://crm.example.com/deal/0061x")
    assert (found["Stage"], found["Close Date"]) == ("evaluation", "2026-12-18")
    assert (found["Next Step"], found["Next Step Owner"]) == (first.text, first.owner)


def test_the_line_is_read_back_as_the_deal(tmp_path: Path) -> None:
    (tmp_path / "deal.csv").write_bytes(render(SUMMARY, SETTING))
    (row,) = pipeline.read(tmp_path / "deal.csv").rows
    for key in ("account", "opportunity", "phase", "amount", "currency", "close_on", "crm_id", "crm_url"):
        assert getattr(row, key) == getattr(DEAL, key)


def test_values_that_the_crm_has_newer_are_said_where_the_file_is_made() -> None:
    row = PipelineRow(DEAL.account, DEAL.opportunity, phase="contract", amount=DEAL.amount, close_on=DEAL.close_on)
    (sentence,) = remarks(SUMMARY, "crm", replace(SETTING, deal=row))
    assert "phase evaluation where the pipeline has contract" in sentence
    assert "close date" not in sentence
    assert remarks(SUMMARY, "crm", replace(SETTING, deal=replace(row, phase=DEAL.phase))) == ()
    assert remarks(SUMMARY, "crm", SETTING) == ()


def test_a_record_that_only_the_pipeline_knows_is_named_and_a_missing_one_is_said() -> None:
    bare = summarise(replace(DEAL, crm_id="", crm_url=""), "shared")
    row = PipelineRow(DEAL.account, DEAL.opportunity, phase=DEAL.phase, amount=DEAL.amount, close_on=DEAL.close_on)
    setting = replace(SETTING, deal=replace(row, crm_id="0061y", crm_url="https://crm.example.com/0061y"))
    (found,) = csv.DictReader(io.StringIO(render(bare, setting).decode("utf-8-sig"), newline=""))
    assert (found["Record ID"], found["Link"]) == ("0061y", "https://crm.example.com/0061y")
    assert remarks(bare, "crm", setting) == ()
    for unknown in (SETTING, replace(SETTING, deal=row)):
        assert remarks(bare, "crm", unknown) == ("No record ID is known: an import may make a second deal.",)


def test_without_open_actions_there_is_no_next_step_and_a_long_one_is_cut() -> None:
    assert line(action_items=())["Next Step"] == ""
    assert len(line(action_items=(ActionItem(id="t1", text="x" * 400),))["Next Step"]) == LONGEST_STEP


def test_an_address_is_a_link_in_documents() -> None:
    link = DEAL.crm_url
    assert f"- CRM link: <{link}>" in render_format(SUMMARY, "md", SETTING).decode()
    assert f'<a href="{link}"' in render_format(SUMMARY, "html", SETTING).decode()
    assert b"0061x" in render_format(SUMMARY, "json", SETTING)


@pytest.mark.parametrize("text", ["javascript:alert(1)", 'https://a.example/"><b>', "https://a.example/ b", "ftp://a"])
def test_another_text_is_never_a_link(text: str) -> None:
    summary = summarise(replace(DEAL, crm_url=text), "full")
    assert "<a " not in render_format(summary, "html", SETTING).decode()
    assert f"<{text}>" not in render_format(summary, "md", SETTING).decode()
    assert line(crm_url=text)["Link"] == ""


def test_the_record_is_carried_forward_with_the_deal() -> None:
    new = carry_forward.carry(replace(DEAL, id="2026-12-01-acme-freight-0000", crm_id="", crm_url=""), DEAL)
    assert (new.crm_id, new.crm_url) == (DEAL.crm_id, DEAL.crm_url)
