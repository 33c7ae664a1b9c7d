"""`completion`: the script for bash, zsh or fish, and the answers that the script asks for.

The script passes the line up to the cursor as it is written, in `COMP_LINE`. The answer has a line
for each candidate: its kind (`plain`, `file` or `dir`), a tab, the value, a tab, a description.
Values for bash are quoted here, because bash inserts them unchanged, and a name from a file must
never become a command. zsh and fish quote what they insert.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import click
from click.shell_completion import CompletionItem, ShellComplete

from session_tui.cli.output import write_document, write_rows
from session_tui.model.sanitize import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from session_tui.cli.command_context import CommandContext

VARIABLE = "_SESSION_TUI_COMPLETE"
SHELLS = ("bash", "zsh", "fish")
_BREAKS = "=:"  # bash ends a word at these; it replaces only what stands behind the last one

_BASH = """\
# session-tui: completion for bash. In ~/.bashrc:  eval "$(session-tui completion bash)"
_session_tui_completion() {
    local kind value rest
    COMPREPLY=()
    while IFS=$'\\t' read -r kind value rest; do
        case $kind in
            file) compopt -o default ;;
            dir) compopt -o dirnames ;;
            part) compopt -o nospace; COMPREPLY+=("$value") ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <(COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" \\
        _SESSION_TUI_COMPLETE=bash_complete "${1/#\\~/$HOME}" 2>/dev/null </dev/null)
}
complete -o nosort -F _session_tui_completion session-tui
"""

_ZSH = """\
#compdef session-tui
# session-tui: completion for zsh. In ~/.zshrc, after compinit:  eval "$(session-tui completion zsh)"
_session_tui_completion() {
    local -a values shown
    local kind value help
    while IFS=$'\\t' read -r kind value help; do
        case $kind in
            file) _files ;;
            dir) _files -/ ;;
            plain|part) values+=("$value"); shown+=("$value${help:+  ($help)}") ;;
        esac
    done < <(COMP_LINE="${(j: :)words[1,CURRENT]}" _SESSION_TUI_COMPLETE=zsh_complete \\
        ${~words[1]} 2>/dev/null </dev/null)
    (( $#values )) && compadd -U -V session-tui -l -d shown -a values
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _session_tui_completion "$@"
else
    compdef _session_tui_completion session-tui
fi
"""

_FISH = """\
# session-tui: completion for fish. Once:
#   session-tui completion fish > ~/.config/fish/completions/session-tui.fish
function _session_tui_completion
    set -lx _SESSION_TUI_COMPLETE fish_complete
    set -lx COMP_LINE (commandline -cp | string collect)
    set -l called (string replace -r '^~/' "$HOME/" -- (commandline -opc)[1])
    for line in ($called 2>/dev/null </dev/null)
        set -l parts (string split -m 2 \\t -- $line)
        switch $parts[1]
            case file
                __fish_complete_path (commandline -ct)
            case dir
                __fish_complete_directories (commandline -ct)
            case plain part
                printf '%s\\t%s\\n' $parts[2] $parts[3]
        end
    end
end
complete --no-files --command session-tui --arguments '(_session_tui_completion)'
"""

SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


class TypedWord(NamedTuple):
    """A word of a command line: its value, its text as typed, and the quote that is still open.

    No struct: to complete the name of a command, the model need not be imported.
    """

    value: str
    text: str
    quote: str = ""


@click.command()
@click.argument("shell", type=click.Choice(SHELLS), required=False)
@click.pass_obj
def completion(context: "CommandContext", shell: str | None) -> int:
    """The script that lets SHELL complete commands, options and values; left out: your shell.

    Values are sessions, accounts, people, endpoints, actions, agendas, formats and plans. The
    first lines of the script say where it goes.
    """
    found = shell or os.path.basename(context.environ.get("SHELL", ""))  # noqa: PTH119 - no path is read
    if found not in SCRIPTS:
        raise click.UsageError(f"Choose the shell: {', '.join(SHELLS)}.")
    write_document(SCRIPTS[found])
    return 0


def answer(
    group: click.Group,
    instruction: str,
    environ: Mapping[str, str],
    context_of: "Callable[[Path | None, Path | None], CommandContext]",
) -> int:
    """Print what a script of a shell asked for: `bash_complete`, or `bash_source` for the script.

    `context_of` takes the options `--sessions` and `--config`. An error prints no candidate: a
    sentence would land in the middle of a typed line.
    """
    shell, _, deed = instruction.partition("_")
    if shell not in SCRIPTS or deed not in ("source", "complete"):
        from session_tui.model.fault import Fault
        from session_tui.store.errors import StoreError

        raise StoreError(Fault(VARIABLE, f"{instruction} is not known", "session-tui completion SHELL gives a script."))
    if deed == "source":
        write_document(SCRIPTS[shell])
        return 0
    words = split(environ.get("COMP_LINE", ""))
    typed = words[-1] if len(words) > 1 else TypedWord("", "")
    found: list[CompletionItem[str]] = []
    with suppress(Exception):
        completer = ShellComplete(group, {"obj": context_of}, "session-tui", VARIABLE)
        found = list(completer.get_completions([each.value for each in words[1:-1]], typed.value))
    # Of an option with its value in one word (`--to=md`), the candidates are values alone.
    before = typed.value.partition("=")[0] + "=" if typed.value.startswith("--") and "=" in typed.value else ""
    breaks = environ.get("COMP_BREAKS", _BREAKS)
    write_rows(_rows(found, shell, typed, before, "".join(each for each in _BREAKS if each in breaks)))
    return 0


def _rows(
    found: Iterable[CompletionItem[str]], shell: str, typed: TypedWord, before: str, breaks: str
) -> Iterator[tuple[str, str, str]]:
    for item in found:
        if item.type in ("file", "dir"):
            yield item.type, "", ""
            continue
        value = before + str(item.value)
        if value != one_line(value) or "\t" in value:  # no shell would find this name again
            continue
        kind = "part" if value.endswith(("=", ":")) else "plain"
        if shell == "bash":
            value = behind_break(quoted(value, typed.quote), typed, breaks)
        yield kind, value, item.help or ""


def split(line: str) -> list[TypedWord]:
    """The words of a line up to the cursor, by the rules of a shell; the last one may be empty."""
    words: list[TypedWord] = []
    value = text = quote = ""
    escaped = False
    for letter in line:
        if not escaped and not quote and letter.isspace():
            if text:
                words.append(TypedWord(value, text))
            value = text = ""
            continue
        text += letter
        if escaped:
            # Within double quotes a backslash stands for itself before most letters.
            value += letter if not quote or letter in '"\\$`' else f"\\{letter}"
            escaped = False
        elif letter == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote, value = ("", value) if letter == quote else (quote, value + letter)
        elif letter in "'\"":
            quote = letter
        else:
            value += letter
    return [*words, TypedWord(value, text, quote)]


def quoted(value: str, quote: str) -> str:
    """The value so that bash reads it as one word, behind an open quote or without one."""
    if quote == "'":
        return value.replace("'", "'\\''")
    # An exclamation mark between double quotes would call the history back; outside of them a
    # backslash stops it.
    if quote == '"':
        return "".join({"!": '"\\!"'}.get(each, f"\\{each}" if each in '"\\$`' else each) for each in value)
    return "".join(each if each.isalnum() or each in "-_./:=@+,%" else f"\\{each}" for each in value)


def behind_break(value: str, typed: TypedWord, breaks: str) -> str:
    """The part of a candidate that replaces what bash takes for the current word."""
    if typed.quote:
        return value
    many = sum(typed.text.count(each) for each in breaks)
    for at, letter in enumerate(value):
        if many and letter in breaks:
            many -= 1
            if not many:
                return value[at + 1 :]
    return value


COMMANDS: dict[str, click.Command] = {"completion": completion}
