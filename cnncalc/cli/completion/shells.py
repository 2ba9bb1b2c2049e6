"""How bash, zsh and fish ask and are answered: a script for each, and one form of answer for all of them.

Each line of an answer is a sort and a word with a tab between: `plain` words, or `file` and `dir` for whatever the
shell itself would offer. click's own scripts take `name:variant` and `var=value` apart, cannot offer names and files
together, and put a blank behind folders.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import Any

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

GOES_ON = "/=:"
"""A word that ends in one of these is not complete, so no blank follows it."""

UNSAFE = re.compile(r"[^\w@%+=:,./~-]")
"""What bash would read as something else in a word that stands in no quotes."""

BASH = r"""
%(complete_func)s() {
    local sort word
    COMPREPLY=()
    while IFS=$'\t' read -r sort word; do
        case $sort in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("$word") ;;
        esac
    done < <(COMP_WORDS="${COMP_LINE:0:COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" \
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[/=:] ]] && compopt -o nospace
    return 0
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

ZSH = r"""
#compdef %(prog_name)s
%(complete_func)s() {
    local line sort word
    local -a whole going_on
    for line in "${(@f)$(COMP_WORDS="${(pj: :)words[1,CURRENT]}" COMP_CWORD=$((CURRENT - 1)) \
            %(complete_var)s=zsh_complete ${words[1]} 2>/dev/null)}"; do
        sort=${line%%%%$'\t'*} word=${line#*$'\t'}
        case $sort in
            dir) _path_files -/ ;;
            file) _path_files -f ;;
            plain) if [[ $word == *[/=:] ]]; then going_on+=("$word"); else whole+=("$word"); fi ;;
        esac
    done
    (( $#whole )) && compadd -U -V whole -a whole
    (( $#going_on )) && compadd -U -S '' -V going_on -a going_on
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""

FISH = r"""
function %(complete_func)s
    set -l program (commandline -opc)[1]
    for line in (env COMP_WORDS=(commandline -cp) COMP_CWORD=(commandline -t) \
            %(complete_var)s=fish_complete $program 2>/dev/null)
        set -l answer (string split -m 1 \t -- $line)
        switch $answer[1]
            case dir
                __fish_complete_directories $answer[2]
            case file
                __fish_complete_path $answer[2]
            case plain
                echo $answer[2]
        end
    end
end
complete --no-files --keep-order --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class Quiet(ShellComplete):
    """Answers in our form, and with nothing where anything is wrong: a half-written line is no place for an error."""

    def complete(self) -> str:
        """The lines of the answer."""
        try:
            arguments, incomplete = self.get_completion_args()
            items = self.get_completions(arguments, incomplete)
        except Exception:  # noqa: BLE001  # a file that cannot be read, a spec full of faults: there is nothing to offer
            return ""
        option = re.match(r"--[\w-]+=", incomplete)  # click completes what follows it
        before = option[0] if option else ""
        offered = (item if item.type != "plain" else _behind(before, item) for item in items)
        # What is typed already may hold anything, and comes back in what goes on from it.
        return "\n".join(self.format_completion(item) for item in offered if item.value.isprintable())

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """One line."""
        return f"{item.type}\t{item.value}"


class Bash(Quiet, BashComplete):
    """Bash breaks words at colons and equals signs, so it is told only what follows the last of them."""

    source_template = BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words between the program and the cursor, and the one that is begun."""
        line = os.environ["COMP_WORDS"]
        words = split_arg_string(line)
        self.incomplete = "" if not words or line[-1:].isspace() else words.pop()
        while words and Path(words[0]).name != self.prog_name:
            words.pop(0)
        return words[1:], self.incomplete

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """One line: what replaces the part of the word that bash takes for the word, quoted as bash needs it."""
        if item.type != "plain":
            return super().format_completion(item)
        breaks = set(GOES_ON) & set(os.environ.get("COMP_BREAKS", ":=")) - {"/"}
        shared = max((self.incomplete.rfind(sign) for sign in breaks), default=-1) + 1
        rest = item.value[shared:]
        return f"plain\t{rest if _in_quotes(os.environ['COMP_WORDS']) else UNSAFE.sub(_escaped, rest)}"


class Zsh(Quiet, ZshComplete):
    """Zsh quotes words itself."""

    source_template = ZSH


class Fish(Quiet, FishComplete):
    """Fish quotes words itself, and knows what goes on."""

    source_template = FISH


def _behind(before: str, item: CompletionItem[Any]) -> CompletionItem[Any]:
    return CompletionItem(before + item.value, item.type)


def _in_quotes(line: str) -> bool:
    """Whether the cursor stands in quotes that were opened."""
    try:
        shlex.split(line)
    except ValueError:
        return True
    return False


def _escaped(sign: re.Match[str]) -> str:
    return f"\\{sign[0]}"


def install() -> None:
    """Let click answer the shells in these classes' way."""
    for shell in (Bash, Zsh, Fish):
        add_completion_class(shell)
