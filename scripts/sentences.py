"""All sentences of the program that a user can see, by module, to be read in one go.

    python scripts/sentences.py [WORD…]

They are the string constants under `src`, and the texts of TOML files and templates in it, without
docstrings, SQL, patterns and names. `{…}` stands for a value. With words, only the sentences that
have one of them are printed. `tests/test_house_sentences.py` reads the same list.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

SOURCE = Path(__file__).resolve().parent.parent / "src" / "session_tui"
_SQL = re.compile(
    r"^\s*(?:select|insert|update|delete|create|drop|alter|pragma|begin|commit|with|attach|vacuum)\b.*\b"
    r"(?:from|into|table|index|values|set|journal_mode|immediate|exists|as)\b",
    re.IGNORECASE | re.DOTALL,
)
_WORDS = re.compile(r"[A-Za-z]{2,}[,:;'’.)]* +[A-Za-z{]")
_NOT_SHOWN = {"compile", "match", "fullmatch", "search", "sub", "finditer", "split", "execute", "add_argument"}
_TAG = re.compile(r"\{[%#].*?[%#]\}|\{\{.*?\}\}|<style.*?</style>|<[^>]*>", re.DOTALL)


class Sentence(NamedTuple):
    """A text that is shown, its file below `src/session_tui`, and its line."""

    place: str
    line: int
    text: str


def literal(node: ast.AST) -> str | None:
    """The text of a string or an f-string, `{…}` for each value; None of anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) or "{…}" for part in node.values)
    return None


def is_sentence(text: str) -> bool:
    """Whether a string is prose: two words in a row, and no SQL, pattern or style sheet."""
    if not _WORDS.search(text) or _SQL.match(text):
        return False
    return not re.search(r"\(\?[:P=!<]|\\[bdsw]|^\s*[#.]?\w[\w-]*\s*\{[^…]|;\s*\n\s*[\w-]+:", text)


def _is_command(node: ast.FunctionDef) -> bool:
    names = {
        part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "")
        for decorator in node.decorator_list
        for part in ast.walk(decorator)
    }
    return bool(names & {"command", "group"})


def _nodes(text: str) -> Iterable[ast.AST]:
    return list(ast.walk(ast.parse(text)))


def _in_code(nodes: Iterable[ast.AST]) -> Iterator[tuple[int, str]]:
    skipped: set[ast.AST] = set()
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            skipped.update(ast.walk(node))
            skipped.discard(node)
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _NOT_SHOWN:
                skipped.update(part for given in node.args[:1] for part in ast.walk(given))
        elif isinstance(node, ast.AnnAssign):
            skipped.update(ast.walk(node.annotation))
    # A click command's docstring is its help, which a user reads.
    for node in nodes:
        if isinstance(node, ast.FunctionDef) and _is_command(node) and (words := ast.get_docstring(node)):
            yield node.body[0].lineno, words
    for node in nodes:
        if node not in skipped and (text := literal(node)) is not None and is_sentence(text):
            yield node.lineno, text  # type: ignore[attr-defined]


def _in_values(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _in_values(part)
    elif isinstance(value, list):
        for part in value:
            yield from _in_values(part)
    elif isinstance(value, str) and is_sentence(value):
        yield value


def sentences(source: Path = SOURCE, nodes: Callable[[str], Iterable[ast.AST]] = _nodes) -> Iterator[Sentence]:
    """The sentences below a folder, by file and line. TOML files and templates have line 0.

    `nodes` gives all nodes of a source, as often as they are asked for.
    """
    for path in sorted(source.rglob("*")):
        place = path.relative_to(source).as_posix()
        if path.suffix == ".py":
            found = sorted(set(_in_code(nodes(path.read_text(encoding="utf-8")))))
            yield from (Sentence(place, line, " ".join(text.split())) for line, text in found)
        elif path.suffix == ".toml":
            values = tomllib.loads(path.read_text(encoding="utf-8"))
            yield from (Sentence(place, 0, " ".join(text.split())) for text in _in_values(values))
        elif path.suffix in {".html", ".md", ".txt", ".j2", ".jinja"}:
            lines = _TAG.sub("\n", path.read_text(encoding="utf-8")).splitlines()
            yield from (Sentence(place, 0, " ".join(text.split())) for text in lines if is_sentence(text))


def main(words: list[str]) -> None:
    """Print the list, a file a paragraph."""
    wanted = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words), re.IGNORECASE)
    last = ""
    for sentence in sentences():
        if words and not wanted.search(sentence.text):
            continue
        if sentence.place != last:
            print(f"{'' if not last else chr(10)}{sentence.place}")
            last = sentence.place
        print(f"{sentence.line or '':>6}  {sentence.text}")


if __name__ == "__main__":
    main(sys.argv[1:])
