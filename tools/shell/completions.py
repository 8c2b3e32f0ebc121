"""Scripts by which bash, zsh and fish complete commands of cvbuild.

They hold all that they need: at a TAB the shell looks into its own tables and
folders, and starts no program. (For a variant, awk, to read its names from the CV.)
What comes from names of files is compared, never evaluated.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cvbuild.diagnostics import CODES
from cvbuild.formats import FORMATS
from cvbuild.places import builtin_themes
from cvbuild.theme import list_themes
from cvbuild.themes.chain import JOINED
from tools.shell import Command, Parameter

_MADE: Final = "# Made by `make docs` from the commands of cvbuild; do not edit it."
_CVS: Final = ("yaml", "yml")
_WORKS: Final = ("bib", "json")
_USER: Final = "${XDG_CONFIG_HOME:-$HOME/.config}/cvbuild/themes"
_VARIANTS: Final = (  # the keys below `variants:`
    r"""/^variants:/ { on = 1; next } /^[^ \t#]/ { on = 0 }"""
    r""" on && match($0, /^ +[A-Za-z0-9_-]+:/) { key = substr($0, 1, RLENGTH - 1); gsub(/ /, "", key);"""
    r""" if (!deep) deep = RLENGTH - length(key) - 1; if (RLENGTH - length(key) - 1 == deep) print key }"""
)


def _themes() -> list[str]:
    return list_themes(Path("no/where"))  # those of whoever makes the script are not meant


def _codes() -> list[str]:
    return sorted(CODES)


def _templates() -> list[str]:
    """Names of the templates that all themes have from `base`."""
    base = Path(builtin_themes()) / "base"
    names = (path.relative_to(base).as_posix() for path in base.rglob("*") if path.is_file())
    return sorted(name for name in names if name not in JOINED)


def _every_option(command: Command) -> list[str]:
    return [name for option in command.options for name in option.names]


# --- bash --------------------------------------------------------------------

_BASH: Final = r"""# Completion of cvbuild for bash, 3.2 and later.
@MADE@

_cvbuild_words() {
    local word
    for word; do
        if [[ $word == "$cur"* ]]; then COMPREPLY+=("$word"); fi
    done
}

# The last of several words between commas.
_cvbuild_list() {
    local word before=
    if [[ $cur == *,* ]]; then before=${cur%,*},; fi
    for word; do
        if [[ $before$word == "$cur"* && ,$before != *,"$word",* ]]; then COMPREPLY+=("$before$word"); fi
    done
    compopt -o nospace 2>/dev/null
}

# Folders, and files with one of these endings; `*` is any.
_cvbuild_files() {
    local name real ending typed=${cur#[\"\']}
    typed=${typed//\\/}
    compopt -o filenames 2>/dev/null
    while IFS= read -r name; do
        real=${name/#\~\//$HOME/}
        if [[ -d $real ]]; then
            COMPREPLY+=("$name")
            continue
        fi
        for ending; do
            if [[ $ending == '*' || $name == *."$ending" ]]; then COMPREPLY+=("$name"); fi
        done
    done < <(compgen -f -- "$typed")
}

# The CV that the line names, if it names one.
_cvbuild_cv() {
    local word
    for word in "${COMP_WORDS[@]}"; do
        case $word in *.yaml | *.yml) printf '%s' "${word/#\~\//$HOME/}"; return ;; esac
    done
}

_cvbuild_themes() {
    local place cv names=(@THEMES@)
    if [[ $cur == */* ]]; then _cvbuild_files; return; fi
    cv=$(_cvbuild_cv)
    [[ $cv == */* ]] && cv=${cv%/*}/ || cv=
    for place in "$cv"themes/*/theme.toml "@USER@"/*/theme.toml; do
        if [[ -f $place ]]; then
            place=${place%/theme.toml}
            place=${place##*/}
            if [[ $place != *[!A-Za-z0-9_-]* ]]; then names+=("$place"); fi
        fi
    done
    _cvbuild_words "${names[@]}"
}
@VARIANTS@
# What a command has: the commands below it, its options, those of them that take a value; and how many arguments it
# takes, of which there may be `more`.
_cvbuild_of() {
    commands= options= valued= arguments=0 more=
    case $1 in
@TABLE@
    esac
}

# What an option of a command takes, or its first argument, or the second, …
_cvbuild_value() {
    case $1 in
@VALUES@
    esac
}

_cvbuild() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    local called=cvbuild commands options valued arguments more word skip= ended= number=1 i
    COMPREPLY=()
    if [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD - 2]}; fi
    if [[ $cur == = ]]; then cur=; fi
    _cvbuild_of cvbuild
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $skip ]]; then
            if [[ $word != = ]]; then skip=; fi
        elif [[ ! $ended && $word == -- ]]; then
            ended=1
        elif [[ ! $ended && $word == -?* ]]; then
            if [[ " $valued " == *" $word "* ]]; then skip=1; fi
        elif [[ $commands ]]; then
            called="$called $word"
            _cvbuild_of "$called"
        else
            number=$((number + 1))
        fi
    done
    if [[ $skip ]]; then
        _cvbuild_value "$called:$prev"
    elif [[ ! $ended && $cur == -* ]]; then
        _cvbuild_words $options
    elif [[ $commands ]]; then
        _cvbuild_words $commands
    elif [[ $number -le $arguments || $more ]]; then
        _cvbuild_value "$called:$((number < arguments ? number : arguments))"
    fi
}

complete -F _cvbuild cvbuild
"""


def bash(root: Command) -> str:
    """The script for bash."""
    table: list[str] = []
    values: dict[str, list[str]] = {}
    for command in root.every():
        valued = [option for option in command.options if option.metavar]
        table.append(f"        '{command.name}')")
        if command.commands:
            table.append(f"            commands='{' '.join(below.path[-1] for below in command.commands)}'")
        table.append(f"            options='{' '.join(_every_option(command))}'")
        if valued:
            table.append(f"            valued='{' '.join(name for option in valued for name in option.names)}'")
        if command.arguments:
            table.append(f"            arguments={len(command.arguments)}" + " more=1" * command.arguments[-1].many)
        table.append("            ;;")
        for option in valued:
            for name in option.names:
                values.setdefault(_bash_action(option), []).append(f"'{command.name}:{name}'")
        for number, argument in enumerate(command.arguments, start=1):
            values.setdefault(_bash_action(argument), []).append(f"'{command.name}:{number}'")
    cases = [
        f"        {' | '.join(at)})\n            {action}\n            ;;" for action, at in values.items() if action
    ]
    variants = ""
    if _uses(root, "variant"):
        variants = (
            "\n_cvbuild_variants() {\n    local cv\n    cv=$(_cvbuild_cv)\n"
            f"    _cvbuild_words all $([[ -f $cv ]] && awk '{_VARIANTS}' \"$cv\")\n}}\n"
        )
    return _filled(
        _BASH,
        MADE=_MADE,
        THEMES=" ".join(_themes()),
        USER=_USER,
        VARIANTS=variants,
        TABLE="\n".join(table),
        VALUES="\n".join(cases),
    )


def _bash_action(parameter: Parameter) -> str:
    match parameter.kind:
        case "choice":
            return f"_cvbuild_words {' '.join(parameter.choices)}"
        case "cv":
            return f"_cvbuild_files {' '.join(_CVS)}"
        case "works":
            return f"_cvbuild_files {' '.join(_WORKS)}"
        case "file":
            return "_cvbuild_files '*'"
        case "folder":
            return "_cvbuild_files"
        case "theme":
            return "_cvbuild_themes"
        case "theme-or-cv":
            return f"_cvbuild_themes; _cvbuild_files {' '.join(_CVS)}"
        case "formats":
            return f"_cvbuild_list {' '.join(FORMATS)}"
        case "code":
            return f"_cvbuild_words {' '.join(_codes())}"
        case "template":
            return f"_cvbuild_words {' '.join(_templates())}"
        case "variant":
            return "_cvbuild_variants"
    return ""


# --- zsh ---------------------------------------------------------------------

_ZSH: Final = r"""#compdef cvbuild
# Completion of cvbuild for zsh.
@MADE@

# The CV that the line names, if it names one.
_cvbuild_cv() {
    print -r -- ${${(M)${(Q)words}:#*.(yaml|yml)}[1]/#\~\//$HOME/}
}

_cvbuild_themes() {
    local cv=$(_cvbuild_cv) place
    local -a names=(@THEMES@)
    [[ $cv == */* ]] && cv=${cv:h}/ || cv=
    for place in ${cv}themes/*/theme.toml(N) "@USER@"/*/theme.toml(N); do
        [[ ${place:h:t} == *[^A-Za-z0-9_-]* ]] || names+=(${place:h:t})
    done
    _alternative 'themes:theme:compadd -a names' 'folders:folder:_files -/'
}

_cvbuild_themes_or_cvs() {
    _cvbuild_themes
    _files -g "*.(@CVS@)"
}

_cvbuild_codes() {
    local -a codes=(
@CODES@
    )
    _describe code codes
}
@VARIANTS@
@FUNCTIONS@

if [[ $funcstack[1] == _cvbuild ]]; then
    _cvbuild "$@"
else
    compdef _cvbuild cvbuild
fi
"""


def zsh(root: Command) -> str:
    """The script for zsh."""
    variants = ""
    if _uses(root, "variant"):
        awk = _VARIANTS.replace("'", "'\\''")
        variants = (
            "\n_cvbuild_variants() {\n    local cv=$(_cvbuild_cv)\n"
            f"    local -a names=(all)\n    [[ -f $cv ]] && names+=(${{(f)\"$(awk '{awk}' $cv)\"}})\n    compadd -a names\n}}\n"
        )
    return _filled(
        _ZSH,
        MADE=_MADE,
        THEMES=" ".join(_themes()),
        USER=_USER,
        CVS="|".join(_CVS),
        CODES="\n".join(f"        {_single(f'{code}:{_spec(CODES[code].title)}')}" for code in _codes()),
        VARIANTS=variants,
        FUNCTIONS="\n\n".join(_zsh_function(command) for command in root.every()),
    )


def _zsh_function(command: Command) -> str:
    name = "_" + "_".join(command.path)
    options = [_zsh_option(option) for option in command.options]
    if not command.commands:
        specs = [*options, *(_zsh_argument(argument) for argument in command.arguments)]
        return f"{name}() {{\n    _arguments -s \\\n        " + " \\\n        ".join(specs) + "\n}"
    specs = [*options, "'1:command:->command'", "'*::argument:->argument'"]
    described = [_single(f"{below.path[-1]}:{_spec(below.about)}") for below in command.commands]
    return "\n".join(
        [
            f"{name}() {{",
            '    local curcontext="$curcontext" state line',
            "    typeset -A opt_args",
            "    _arguments -C \\\n        " + " \\\n        ".join(specs),
            "    case $state in",
            "        command)",
            "            local -a commands=(",
            *(f"                {each}" for each in described),
            "            )",
            "            _describe command commands",
            "            ;;",
            "        argument)",
            "            case $words[1] in",
            *(f"                {below.path[-1]}) _{'_'.join(below.path)} ;;" for below in command.commands),
            "            esac",
            "            ;;",
            "    esac",
            "}",
        ]
    )


def _zsh_option(option: Parameter) -> str:
    about = f"[{_spec(option.about)}]"
    value = f":{_spec(option.metavar)}:{_zsh_action(option)}" if option.metavar else ""
    if len(option.names) == 1:
        return _single(option.names[0] + ("=" if value else "") + about + value)
    names = ",".join(name + ("=" if value and name.startswith("--") else "+" if value else "") for name in option.names)
    return f"'({' '.join(option.names)})'{{{names}}}{_single(about + value)}"


def _zsh_argument(argument: Parameter) -> str:
    place = "*:" if argument.many else ":" if argument.required else "::"
    return _single(f"{place}{_spec(argument.metavar)}:{_zsh_action(argument)}")


def _zsh_action(parameter: Parameter) -> str:
    match parameter.kind:
        case "choice":
            return f"({' '.join(parameter.choices)})"
        case "cv":
            return f'_files -g "*.({"|".join(_CVS)})"'
        case "works":
            return f'_files -g "*.({"|".join(_WORKS)})"'
        case "file":
            return "_files"
        case "folder":
            return "_files -/"
        case "theme":
            return "_cvbuild_themes"
        case "theme-or-cv":
            return "_cvbuild_themes_or_cvs"
        case "formats":
            return f"_sequence compadd - {' '.join(FORMATS)}"
        case "code":
            return "_cvbuild_codes"
        case "template":
            return f"({' '.join(_templates())})"
        case "variant":
            return "_cvbuild_variants"
    return " "


def _spec(text: str) -> str:
    """Text in a specification of `_arguments`."""
    return "".join("\\" + c if c in "\\[]:" else c for c in text)


def _single(text: str) -> str:
    """Text in single quotes."""
    return "'" + text.replace("'", "'\\''") + "'"


# --- fish --------------------------------------------------------------------

_FISH: Final = r"""# Completion of cvbuild for fish.
@MADE@

# The words before the cursor that are no options.
function __cvbuild_words
    set -l words (commandline -opc)
    set -e words[1]
    string match -v -- '-*' $words
end

# Whether this command is called.
function __cvbuild_at
    set -l words (__cvbuild_words)
    string match -q -- "$argv *" "$words "
end

# Whether the next word is a command below this one.
function __cvbuild_below
    set -l words (__cvbuild_words)
    test "$words" = "$argv"
end

# The CV that the line names, if it names one.
function __cvbuild_cv
    string match -r -- '.*\.ya?ml$' (commandline -opc) | head -n 1 | string replace -r '^~/' "$HOME/"
end

function __cvbuild_themes
    printf '%s\n' @THEMES@
    set -l config $XDG_CONFIG_HOME
    test -n "$config"; or set config $HOME/.config
    set -l cv (__cvbuild_cv)
    set -l here themes
    string match -q '*/*' -- $cv; and set here (string replace -r '[^/]*$' '' -- $cv)themes
    for place in $here/*/theme.toml $config/cvbuild/themes/*/theme.toml
        string replace -rf '.*/([A-Za-z0-9_-]+)/theme.toml$' '$1' -- $place
    end
    __fish_complete_directories (commandline -ct)
end

# Folders, and files with one of these endings.
function __cvbuild_files
    for ending in $argv
        __fish_complete_suffix .$ending
    end | string match -re '^[^\t]*(?:/|\.(?:'(string join '|' $argv)'))(?:\t|$)'
end

# The last of several words between commas.
function __cvbuild_list
    set -l before (string replace -rf '[^,]*$' '' -- (commandline -ct | string replace -r '^--[a-z-]*=' ''))
    for word in $argv
        string match -q -- "*,$word,*" ",$before"; or printf '%s\n' $before$word
    end
end
@VARIANTS@
complete -c cvbuild -f
"""


def fish(root: Command) -> str:
    """The script for fish."""
    variants = ""
    if _uses(root, "variant"):
        awk = _VARIANTS.replace("\\", "\\\\").replace("'", "\\'")
        variants = f"\nfunction __cvbuild_variants\n    set -l cv (__cvbuild_cv)\n    echo all\n    test -f \"$cv\"; and awk '{awk}' $cv\nend\n"
    lines = []
    for command in root.every():
        words = "".join(f" {word}" for word in command.path[1:])
        for below in command.commands:
            lines.append(
                f"complete -c cvbuild -n '__cvbuild_below{words}' -a {below.path[-1]} -d {_quoted(below.about)}"
            )
        at = f"-n '__cvbuild_{'below' if command.commands else 'at'}{words}'"
        for option in command.options:
            names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
            action = _fish_action(option)
            value = f" -r{action}" if option.metavar else ""
            lines.append(f"complete -c cvbuild {at} {names}{value} -d {_quoted(option.about)}")
        for argument in command.arguments:
            action = _fish_action(argument)
            if action:
                lines.append(f"complete -c cvbuild {at}{action}")
    return _filled(_FISH, MADE=_MADE, THEMES=" ".join(_themes()), VARIANTS=variants) + "\n".join(lines) + "\n"


def _fish_action(parameter: Parameter) -> str:
    match parameter.kind:
        case "choice":
            return f" -f -a {_quoted(' '.join(parameter.choices))}"
        case "cv":
            return f" -k -f -a '(__cvbuild_files {' '.join(_CVS)})'"
        case "works":
            return f" -k -f -a '(__cvbuild_files {' '.join(_WORKS)})'"
        case "file":
            return " -F"
        case "folder":
            return " -f -a '(__fish_complete_directories (commandline -ct))'"
        case "theme":
            return " -f -a '(__cvbuild_themes)'"
        case "theme-or-cv":
            return f" -f -a '(__cvbuild_themes; __cvbuild_files {' '.join(_CVS)})'"
        case "formats":
            return f" -f -a '(__cvbuild_list {' '.join(FORMATS)})'"
        case "code":
            return f" -f -a {_quoted(' '.join(_codes()))}"
        case "template":  # behind the theme
            return f" -f -a {_quoted(' '.join(_templates()))}"
        case "variant":
            return " -f -a '(__cvbuild_variants)'"
    return ""


def _quoted(text: str) -> str:
    """Text in single quotes, as fish has them."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


# --- all ---------------------------------------------------------------------


def _uses(root: Command, kind: str) -> bool:
    return any(p.kind == kind for command in root.every() for p in (*command.arguments, *command.options))


def _filled(template: str, **parts: str) -> str:
    for name, part in parts.items():
        template = template.replace(f"@{name}@", part)
    return template
