# Completion of cvbuild for bash, 3.2 and later.
# Made by `make docs` from the commands of cvbuild; do not edit it.

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
    local place cv names=(curie hopper mirzakhani noether turing)
    if [[ $cur == */* ]]; then _cvbuild_files; return; fi
    cv=$(_cvbuild_cv)
    [[ $cv == */* ]] && cv=${cv%/*}/ || cv=
    for place in "$cv"themes/*/theme.toml "${XDG_CONFIG_HOME:-$HOME/.config}/cvbuild/themes"/*/theme.toml; do
        if [[ -f $place ]]; then
            place=${place%/theme.toml}
            place=${place##*/}
            if [[ $place != *[!A-Za-z0-9_-]* ]]; then names+=("$place"); fi
        fi
    done
    _cvbuild_words "${names[@]}"
}

_cvbuild_variants() {
    local cv
    cv=$(_cvbuild_cv)
    _cvbuild_words all $([[ -f $cv ]] && awk '/^variants:/ { on = 1; next } /^[^ \t#]/ { on = 0 } on && match($0, /^ +[A-Za-z0-9_-]+:/) { key = substr($0, 1, RLENGTH - 1); gsub(/ /, "", key); if (!deep) deep = RLENGTH - length(key) - 1; if (RLENGTH - length(key) - 1 == deep) print key }' "$cv")
}

# What a command has: the commands below it, its options, those of them that take a value; and how many arguments it
# takes, of which there may be `more`.
_cvbuild_of() {
    commands= options= valued= arguments=0 more=
    case $1 in
        'cvbuild')
            commands='new render watch validate collaborators import export schema explain completion man doctor theme engine'
            options='--version --help'
            ;;
        'cvbuild new')
            options='-o --output --from --theme --makefile --github --force --help'
            valued='-o --output --from --theme'
            arguments=1
            ;;
        'cvbuild render')
            options='--to -o --output --theme --engine --keep-tex --force --verify --timeout --dpi --raw-latex --today --variant --set --private --as-of -q --quiet --format -j --jobs --depfile --help'
            valued='--to -o --output --theme --engine --timeout --dpi --today --variant --set --as-of --format -j --jobs --depfile'
            arguments=1 more=1
            ;;
        'cvbuild watch')
            options='-o --output --theme --engine --preview --open --port --timeout --raw-latex --today --variant --set --private --as-of --format --help'
            valued='-o --output --theme --engine --port --timeout --today --variant --set --as-of --format'
            arguments=1
            ;;
        'cvbuild validate')
            options='--theme --raw-latex --lint --today --variant --set --private --as-of --format --help'
            valued='--theme --today --variant --set --as-of --format'
            arguments=1 more=1
            ;;
        'cvbuild collaborators')
            options='-o --output --months --today --set --private --format --help'
            valued='-o --output --months --today --set --format'
            arguments=1
            ;;
        'cvbuild import')
            options='-o --output --force --format --help'
            valued='-o --output --format'
            arguments=1 more=1
            ;;
        'cvbuild export')
            options='--bib --set --private --as-of -o --output --force --format --help'
            valued='--set --as-of -o --output --format'
            arguments=1
            ;;
        'cvbuild schema')
            options='-o --output --force --help'
            valued='-o --output'
            ;;
        'cvbuild explain')
            options='--help'
            arguments=1
            ;;
        'cvbuild completion')
            options='--help'
            arguments=1
            ;;
        'cvbuild man')
            options='--help'
            ;;
        'cvbuild doctor')
            options='--format --help'
            valued='--format'
            ;;
        'cvbuild theme')
            commands='list show preview which eject new'
            options='--help'
            ;;
        'cvbuild theme list')
            options='--cv --format --help'
            valued='--cv --format'
            ;;
        'cvbuild theme show')
            options='--cv --help'
            valued='--cv'
            arguments=1
            ;;
        'cvbuild theme preview')
            options='-o --output --engine --timeout --raw-latex --today --help'
            valued='-o --output --engine --timeout --today'
            arguments=1 more=1
            ;;
        'cvbuild theme which')
            options='--all --cv --help'
            valued='--cv'
            arguments=2
            ;;
        'cvbuild theme eject')
            options='--to --all --force --cv --help'
            valued='--to --cv'
            arguments=2 more=1
            ;;
        'cvbuild theme new')
            options='--extends --user --cv --help'
            valued='--extends --cv'
            arguments=1
            ;;
        'cvbuild engine')
            commands='install status'
            options='--help'
            ;;
        'cvbuild engine install')
            options='--scripts -q --quiet --help'
            ;;
        'cvbuild engine status')
            options='--help'
            ;;
    esac
}

# What an option of a command takes, or its first argument, or the second, …
_cvbuild_value() {
    case $1 in
        'cvbuild new:-o' | 'cvbuild new:--output' | 'cvbuild render:-o' | 'cvbuild render:--output' | 'cvbuild watch:-o' | 'cvbuild watch:--output' | 'cvbuild collaborators:-o' | 'cvbuild collaborators:--output' | 'cvbuild import:-o' | 'cvbuild import:--output' | 'cvbuild export:-o' | 'cvbuild export:--output' | 'cvbuild schema:-o' | 'cvbuild schema:--output')
            _cvbuild_files '*'
            ;;
        'cvbuild new:--theme' | 'cvbuild render:--theme' | 'cvbuild watch:--theme' | 'cvbuild validate:--theme' | 'cvbuild theme show:1' | 'cvbuild theme which:1' | 'cvbuild theme eject:1' | 'cvbuild theme new:--extends')
            _cvbuild_themes
            ;;
        'cvbuild render:--to')
            _cvbuild_list pdf tex html md txt json png
            ;;
        'cvbuild render:--engine' | 'cvbuild watch:--engine' | 'cvbuild theme preview:--engine')
            _cvbuild_words tectonic xelatex lualatex pdflatex
            ;;
        'cvbuild render:--variant' | 'cvbuild watch:--variant' | 'cvbuild validate:--variant')
            _cvbuild_variants
            ;;
        'cvbuild render:--format' | 'cvbuild watch:--format' | 'cvbuild validate:--format' | 'cvbuild collaborators:--format' | 'cvbuild import:--format' | 'cvbuild export:--format')
            _cvbuild_words human json github
            ;;
        'cvbuild render:1' | 'cvbuild watch:1' | 'cvbuild validate:1' | 'cvbuild collaborators:1' | 'cvbuild export:1' | 'cvbuild theme list:--cv' | 'cvbuild theme show:--cv' | 'cvbuild theme which:--cv' | 'cvbuild theme eject:--cv' | 'cvbuild theme new:--cv')
            _cvbuild_files yaml yml
            ;;
        'cvbuild import:1')
            _cvbuild_files bib json
            ;;
        'cvbuild explain:1')
            _cvbuild_words CV001 CV002 CV003 CV004 CV005 CV006 CV007 CV008 CV013 CV014 CV016 CV018 CV019 CV101 CV102 CV103 CV104 CV105 CV106 CV107 CV108 CV109 CV110 CV111 CV112 CV113 CV114 CV115 CV120 CV121 CV130 CV131 CV132 CV134 CV135 CV136 CV137 CV138 CV201 CV202 CV203 CV204 CV205 CV206 CV207 CV208 CV209 CV210 CV211 CV212 CV213 CV230 CV231 CV232 CV233 CV234 CV235 CV236 CV301 CV302 CV303 CV401 CV402 CV403 CV404 CV405 CV406 CV407 CV408 CV409 CV420 CV421 CV422 CV423 CV424 CV425 CV426 CV427 CV428 CV430 CV431 CV432 CV433 CV434 CV435 CV436 CV437 CV440 CV441 CV442 CV443 CV450 CV451 CV452 CV453 CV454 CV455 CV456 CV501 CV502 CV503 CV504 CV510 CV515 CV516 CV517 CV601 CV602 CV603 CV604 CV605 CV606 CV610 CV611 CV620 CV621 CV622 CV623 CV624 CV625 CV626 CV627 CV630 CV640 CV701 CV702 CV703 CV704 CV705 CV706 CV707 CV708 CV709 CV710 CV711 CV712 CV713 CV714 CV715 CV716 CV717 CV718 CV719
            ;;
        'cvbuild completion:1')
            _cvbuild_words bash zsh fish
            ;;
        'cvbuild doctor:--format' | 'cvbuild theme list:--format')
            _cvbuild_words human json
            ;;
        'cvbuild theme preview:-o' | 'cvbuild theme preview:--output' | 'cvbuild theme eject:--to')
            _cvbuild_files
            ;;
        'cvbuild theme preview:1')
            _cvbuild_themes; _cvbuild_files yaml yml
            ;;
        'cvbuild theme which:2' | 'cvbuild theme eject:2')
            _cvbuild_words block.tex blocks/award.tex blocks/bullet.tex blocks/course.tex blocks/degree.tex blocks/item.tex blocks/legend.tex blocks/listing.tex blocks/paragraphs.tex blocks/person.tex blocks/position.tex blocks/talk.tex cv.tex header.tex html/block.html html/blocks/award.html html/blocks/bullet.html html/blocks/course.html html/blocks/degree.html html/blocks/item.html html/blocks/legend.html html/blocks/listing.html html/blocks/paragraphs.html html/blocks/person.html html/blocks/position.html html/blocks/talk.html html/contents.html html/header.html html/names.html html/page.html html/parts.html html/photo.html html/reach.html html/section.html html/style.css html/theme.css parts.tex photo.tex preamble.tex section.tex theme.tex
            ;;
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
