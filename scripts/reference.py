"""Write the generated parts of the documents from the program's own tables.

A page has a generated part between two marks, `<!-- generated: NAME -->` and
`<!-- end of NAME -->`; everything else on it is written by hand. `make docs` writes the parts
again, and `tests/test_reference.py` fails where one is not current. `PARTS` has a function for
each name.
"""

import importlib
import json
import os
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner
from textual.binding import Binding

import session_tui.tui.screens
from session_tui.cli import COMMANDS, group
from session_tui.export.formats import FORMATS
from session_tui.model.glossary import TERMS
from session_tui.model.team.enemies import HABITS
from session_tui.model.team.metrics import DEFINITIONS, TITLES
from session_tui.model.vocabulary import (
    COVERAGE_WORDS,
    EVIDENCE_WORDS,
    OUTCOME_WORDS,
    ROLE_WORDS,
    SUPPORT_SIGNS,
    SUPPORT_WORDS,
)
from session_tui.tui.actions import ACTIONS, key_words
from session_tui.tui.live.screen_text import GRAMMAR
from session_tui.tui.screens.base import BaseScreen
from session_tui.tui.screens.library.tab import HELP

TOP = Path(__file__).resolve().parent.parent
MARKED = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end of \2 -->)", re.DOTALL)

Part = Callable[[], str]


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table. Bars and line ends would end a cell, so they are replaced."""
    heads = tuple(heads)
    lines = [f"| {' | '.join(heads)} |", f"| {' | '.join('---' for _ in heads)} |"]
    lines += ["| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def code(text: str) -> str:
    """A text as code, empty for none."""
    return f"`{text}`" if text else ""


# Commands


def all_commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and every command of a group below one, with its whole name."""
    context = click.Context(group, info_name="session-tui")
    for name in COMMANDS:
        command = group.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            below = click.Context(command, info_name=name, parent=context)
            for each in command.list_commands(below):
                found = command.get_command(below, each)
                assert found is not None
                yield f"{name} {each}", found


def command_list() -> str:
    """The commands with a line each."""
    rows = ((f"[`{name}`](#{name})", words) for name, (_, words) in COMMANDS.items())
    return table(("command", "does"), rows)


def command_details() -> str:
    """Usage, text and options of every command."""
    return "\n\n".join(_command(name, command) for name, command in all_commands())


def _command(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name)
    usage = " ".join(["session-tui", name, *command.collect_usage_pieces(context)])
    words = _prose(command.help or "")
    if name in COMMANDS and not words:
        words = COMMANDS[name][1]
    options = [each for each in command.params if isinstance(each, click.Option) and not each.hidden]
    rows = [(_option(each, context), (each.help or "") + _default(each)) for each in options]
    pieces = [f"### {name}", f"    {usage}", words, table(("option", "means"), rows) if rows else ""]
    return "\n\n".join(each for each in pieces if each)


def _prose(help_text: str) -> str:
    """A help text as Markdown; what click keeps as it is written (after a backspace) is code."""
    paragraphs = []
    for each in cleandoc(help_text).split("\n\n"):
        kept = each.startswith("\b")
        lines = each.removeprefix("\b\n").splitlines()
        paragraphs.append("\n".join(f"    {line}" for line in lines) if kept else _escaped("\n".join(lines)))
    return "\n\n".join(paragraphs)


def _escaped(text: str) -> str:
    return re.sub(r"([<>*_\[\]])", r"\\\1", text) if "`" not in text else text


def _option(option: click.Option, context: click.Context) -> str:
    names = ", ".join(code(each) for each in (*option.opts, *option.secondary_opts))
    value = "" if option.is_flag or option.count else option.make_metavar(context)
    value = {"[%Y-%m-%d]": "YYYY-MM-DD", "FLOAT": "NUMBER", "INTEGER": "NUMBER"}.get(value, value)
    return f"{names} {code(value)}".strip() if value else names


def _default(option: click.Option) -> str:
    value = option.default
    if not isinstance(value, str | int | float) or isinstance(value, bool) or value == "":
        return ""
    return f" Default: `{value}`."


def _with_option(name: str) -> str:
    found = (whole for whole, command in all_commands() if any(name in each.opts for each in command.params))
    return ", ".join(code(each) for each in found) + "."


def json_commands() -> str:
    """The commands with `--json`, and those with `--csv`."""
    return "\n\n".join(_wrapped(f"`{option}`: {_with_option(option)}") for option in ("--json", "--csv"))


# Keys


def actions() -> str:
    """The actions of a session: keys, name, text."""
    rows = []
    for each in ACTIONS:
        name = "" if each.name in ("up", "down") else code(f"/{each.name} {each.arguments}".strip())
        rows.append((" ".join(code(key_words(key)) for key in each.keys), name, each.words))
    return table(("key", "name", "does"), rows)


def grammar() -> str:
    """The marks of the capture line."""
    return table(("write", "means"), ((code(mark), words) for mark, words in GRAMMAR))


def library_keys() -> str:
    """The keys of the library."""
    return table(("key", "does"), HELP)


def screen_keys() -> str:
    """The keys of each screen and window, from their `BINDINGS`."""
    found = []
    for module in pkgutil.walk_packages(session_tui.tui.screens.__path__, "session_tui.tui.screens."):
        loaded = importlib.import_module(module.name)
        for made in vars(loaded).values():
            own = isinstance(made, type) and made.__module__ == module.name and "BINDINGS" in vars(made)
            if own and made is not BaseScreen and (rows := list(_bindings(vars(made)["BINDINGS"]))):
                found.append((_screen_name(made.__name__, module.name.split(".")[3]), rows))
    return "\n\n".join(f"**{title}**\n\n{table(('key', 'does'), rows)}" for title, rows in sorted(found))


def _screen_name(name: str, subject: str) -> str:
    """The class's name in words after its subject: `library: new session`."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    words = re.sub(r" (screen|dialog|window|view)$", "", words)
    return words if words == subject else f"{subject}: {words}"


def _bindings(bindings: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Keys and words; what has no words is not a key for a reader."""
    for each in bindings:
        keys, _, words = (each.key, each.action, each.description) if isinstance(each, Binding) else (*each, "", "")[:3]
        if words:
            yield " ".join(code(key_words(key)) for key in keys.split(",")), words


# Files


Schema = Mapping[str, Any]


def keys_of(kind: str) -> str:
    """The keys of a kind of file: a table for the file, then one for each table in it.

    They are those of its JSON Schema, which `session-tui export-schema` prints.
    """
    printed = CliRunner().invoke(group, ["export-schema", kind])
    assert printed.exit_code == 0, printed.output
    whole = json.loads(printed.stdout)
    parts = whole["$defs"]
    names = [_name(each) for each in whole.get("anyOf", [whole])]
    pieces, waiting, done = [], [(name, "") for name in names], set()
    while waiting:
        name, where = waiting.pop(0)
        if name in done:
            continue
        done.add(name)
        schema = parts[name]
        rows = []
        for key, value in schema.get("properties", {}).items():
            type_, below = _type(value)
            # A table's own key in the file, with its brackets, is what a reader looks for.
            place = f"{where}.{key}" if where else key
            waiting += [(each, f"{place}[]" if many else place) for each, many in below]
            default = "needed" if key in schema.get("required", ()) else _default_of(value)
            rows.append((code(key), type_, default, _description(value)))
        described = " ".join(schema.get("description", "").split())
        # A kind of file with several forms says by `about` which one it is.
        form = schema.get("properties", {}).get("about", {}).get("enum", [""])[0] if len(names) > 1 else ""
        title = f"**{_header(where)}**" if where else f"**The file{f', about = {form}' if form else ''}**"
        many = 4 if any(row[3] for row in rows) else 3
        heads, cells = ("key", "is", "default", "means")[:many], [row[:many] for row in rows]
        pieces.append("\n\n".join(each for each in (title, _wrapped(described), table(heads, cells)) if each))
    return "\n\n".join(pieces)


def _name(schema: Schema) -> str:
    return str(schema["$ref"]).removeprefix("#/$defs/")


def _header(where: str) -> str:
    """`plan.readers[]` as its header in the file, `[[plan.readers]]`."""
    inner = where.replace("[]", "")
    return f"`[[{inner}]]`" if where.endswith("[]") else f"`[{inner}]`"


def _wrapped(text: str) -> str:
    """A paragraph whose lines end before column 100."""
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) > 95:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return "\n".join([*lines, line]).strip()


def _type(value: Schema) -> tuple[str, list[tuple[str, bool]]]:
    """A value's type in words, and the tables below it (name, whether it is a list of them)."""
    if "$ref" in value:
        return "table", [(_name(value), False)]
    if "allOf" in value:
        return _type(value["allOf"][0])
    if "anyOf" in value:
        several = [_type(each) for each in value["anyOf"] if each.get("type") != "null"]
        words = " or ".join(dict.fromkeys(each[0] for each in several))
        return words, [each for _, below in several for each in below]
    if "enum" in value:
        return ", ".join(code(str(each)) for each in value["enum"] if each is not None), []
    if "const" in value:
        return code(str(value["const"])), []
    kind = value.get("type", "")
    kind = next((each for each in kind if each != "null"), "") if isinstance(kind, list) else kind
    if kind == "array":
        words, below = _type(value.get("items", {}))
        return f"list of {'tables' if words == 'table' else words}", [(name, True) for name, _ in below]
    if kind == "object":
        words, _ = _type(value.get("additionalProperties", {}) or {})
        return f"table: for each key {words}", []
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}.get(
        kind, kind
    )
    words = {"date-time": "time with a zone", "date": "date"}.get(value.get("format", ""), words)
    low, high = value.get("minimum"), value.get("maximum")
    if low is not None and high is not None:
        words += f", {low:,} to {high:,}"
    elif low is not None:
        words += f", {low:,} or more"
    return words, []


def _default_of(value: Schema) -> str:
    default = value.get("default")
    if isinstance(default, dict):  # its own keys have their defaults
        return ""
    return code(json.dumps(default)) if isinstance(default, bool | int | float) or default else ""


def _description(value: Schema) -> str:
    return str(value.get("description", ""))


# Words and lists


def figures() -> str:
    """The figures of the record, with their definitions."""
    rows = ((code(name), TITLES[name], words) for name, words in DEFINITIONS.items())
    return table(("name", "figure", "counts"), rows)


def habits() -> str:
    """The habits of the enemies of teamwork."""
    return table(("key in the file", "habit"), ((code(str(key)), str(words)) for key, words in HABITS.items()))


def words_of_method() -> str:
    """The words of the method, with a link where a page says more."""
    rows = ((each.word, f"{each.means}: [more]({each.page})" if each.page else each.means) for each in TERMS)
    return table(("word", "means"), rows)


def scales() -> str:
    """The scales and lists of the method, as files and screens have them."""
    return "\n\n".join(
        (
            table(("buying role", "is shown as"), ((code(key), words) for key, words in ROLE_WORDS.items())),
            table(
                ("support", "sign", "is"),
                ((str(key), code(SUPPORT_SIGNS[key]), words) for key, words in SUPPORT_WORDS.items()),
            ),
            table(("coverage", "is shown as"), ((code(key), words) for key, words in COVERAGE_WORDS.items())),
            table(("evidence", "means"), ((str(key), words) for key, words in EVIDENCE_WORDS.items())),
            table(("outcome", "is shown as"), ((code(key), words) for key, words in OUTCOME_WORDS.items())),
        )
    )


def documents() -> str:
    """The kinds of documents."""
    rows = ((code(name), code(each.suffix), each.words) for name, each in FORMATS.items())
    return table(("`--to`", "file ends", "is"), rows)


PARTS: Mapping[str, Part] = {
    "command-list": command_list,
    "command-details": command_details,
    "json-commands": json_commands,
    "actions": actions,
    "grammar": grammar,
    "library-keys": library_keys,
    "screen-keys": screen_keys,
    "configuration": partial(keys_of, "configuration"),
    "session": partial(keys_of, "session"),
    "agenda": partial(keys_of, "agenda"),
    "readers": partial(keys_of, "readers"),
    "scorecard": partial(keys_of, "scorecard"),
    "practices": partial(keys_of, "practices"),
    "enemies": partial(keys_of, "enemies"),
    "figures": figures,
    "habits": habits,
    "scales": scales,
    "words": words_of_method,
    "documents": documents,
}


def pages() -> list[Path]:
    """The pages that may have generated parts."""
    return [TOP / "README.md", *sorted((TOP / "docs").rglob("*.md"))]


def names_in(text: str) -> list[str]:
    """The names of the generated parts of a page."""
    return [found[2] for found in MARKED.finditer(text)]


def written(text: str) -> str:
    """A page with its generated parts made again."""
    return MARKED.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]()}\n\n{found[3]}", text)


def main() -> None:
    """Write all pages whose generated parts have changed."""
    os.environ.pop("NO_COLOR", None)
    for page in pages():
        before = page.read_text(encoding="utf-8")
        after = written(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(page.relative_to(TOP))


if __name__ == "__main__":
    main()
