// SPDX-License-Identifier: BSD-2-Clause
// Scripts for the shells' completion. Each has the specs of all tools as one `case`, a function that takes the spec of the
// line apart, and the names it is for. Nothing is asked of anybody but `mallee complete`, and only where an ID is due.
import type { Spec } from './specs'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

interface Table {
  /** The shared words, by a number. */
  readonly shared: readonly string[]
  readonly lines: readonly { readonly name: string; readonly words: string; readonly shared: number }[]
  /** What may be typed after `mallee`. */
  readonly tools: readonly string[]
}

const tableOf = (specs: readonly Spec[]): Table => {
  const shared: string[] = []
  const lines = specs.map(({ name, own, shared: words }) => {
    const text = words.join(' ')
    if (!shared.includes(text)) shared.push(text)
    return { name, words: own.join(' '), shared: shared.indexOf(text) }
  })
  const commands = specs.map(({ name }) => name.replace(/^mallee-/, ''))
  const suites = new Set(
    specs.filter(({ name }) => !name.startsWith('mallee-')).map(({ name }) => name.split('-')[0]),
  )
  return { shared, lines, tools: [...new Set(['help', ...suites, ...commands])].flatMap(name => name ?? []) }
}

const posixTable = ({ shared, lines, tools }: Table): string =>
  [
    ...shared.map((words, index) => `_mallee_shared_${index}='${words}'`),
    `_mallee_tools='${tools.join(' ')}'`,
    '_mallee_spec() {',
    '  case $1 in',
    ...lines.map(
      ({ name, words, shared: index }) => `    ${name}) spec="${words} $_mallee_shared_${index}" ;;`,
    ),
    "    *) spec='' ;;",
    '  esac',
    '}',
  ].join('\n')

const toolNames = (specs: readonly Spec[]): string[] => [
  'mallee',
  ...specs.map(({ name }) => name).filter(name => !name.startsWith('mallee-')),
]

const bashScript = (
  specs: readonly Spec[],
): string => `# Completion of mallee's tools for bash, as \`mallee completion bash\` printed it.
${posixTable(tableOf(specs))}
_mallee() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} tool=\${COMP_WORDS[0]##*/} at=1
  local spec word kind='' place='' flags='' found=''
  COMPREPLY=()
  # Readline takes equal signs and colons for words of their own. Before them are an option, or a part of the value.
  if [[ $cur == [=:]* ]]; then
    cur='' found=yes
  elif [[ $prev == [=:]* ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]} found=yes
  fi
  [[ -n $found && $prev != -* ]] && return
  found=''
  if [[ $tool == mallee ]]; then
    if (( COMP_CWORD > 1 )) && [[ \${COMP_WORDS[1]} == help ]]; then at=2; fi
    if (( COMP_CWORD == at )); then
      COMPREPLY=($(compgen -W "$_mallee_tools" -- "$cur"))
      return
    fi
    tool=\${COMP_WORDS[at]}
    if [[ " $_mallee_tools " == *" $tool-"* && $tool != *-* ]]; then
      if (( COMP_CWORD == at + 1 )); then
        for word in $_mallee_tools; do
          [[ $word == "$tool-$cur"* ]] && COMPREPLY+=("\${word#"$tool-"}")
        done
        return
      fi
      tool=$tool-\${COMP_WORDS[at+1]}
    elif [[ $tool != eu*-* ]]; then
      tool=mallee-$tool
    fi
    (( at == 2 )) && return
  fi
  _mallee_spec "$tool"
  for word in $spec; do
    case $word in
      :*) [[ -z $place ]] && place=\${word#:} ;;
      *=*) flags+=" \${word%%=*}"; [[ \${word%%=*} == "$prev" ]] && { kind=\${word#*=}; found=yes; } ;;
      *) flags+=" $word" ;;
    esac
  done
  if [[ -z $found ]]; then
    if [[ $cur == -* ]]; then
      COMPREPLY=($(compgen -W "$flags" -- "$cur"))
      return
    fi
    kind=$place
  fi
  case $kind in
    F) COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames 2>/dev/null ;;
    D) COMPREPLY=($(compgen -d -- "$cur")); compopt -o filenames 2>/dev/null ;;
    # Names are whatever somebody thought of: compgen would expand them, and the line would, too.
    @*) while IFS= read -r word; do
        [[ -n $word && $word == "$cur"* ]] && COMPREPLY+=("$(printf %q "$word")")
      done <<<"$(mallee complete "\${kind#@}" 2>/dev/null </dev/null)" ;;
    %*) kind=\${kind#%}; COMPREPLY=($(compgen -W "\${kind//,/ }" -- "$cur")); compopt -o nospace 2>/dev/null ;;
    *) COMPREPLY=($(compgen -W "\${kind//,/ }" -- "$cur")) ;;
  esac
}
complete -F _mallee ${toolNames(specs).join(' ')}
`

const zshScript = (specs: readonly Spec[]): string => `#compdef ${toolNames(specs).join(' ')}
# Completion of mallee's tools for zsh, as \`mallee completion zsh\` printed it.
${posixTable(tableOf(specs))}
_mallee() {
  local cur=\${words[CURRENT]} prev=\${words[CURRENT-1]} tool=\${words[1]:t} at=2
  local value=$cur spec word kind='' place='' found=''
  local -a flags list
  if [[ $tool == mallee ]]; then
    list=(\${=_mallee_tools})
    if (( CURRENT > 2 )) && [[ \${words[2]} == help ]]; then at=3; fi
    if (( CURRENT == at )); then
      compadd -a list
      return
    fi
    tool=\${words[at]}
    if [[ " $_mallee_tools " == *" $tool-"* && $tool != *-* ]]; then
      if (( CURRENT == at + 1 )); then
        list=(\${\${(M)list:#$tool-*}#$tool-})
        compadd -a list
        return
      fi
      tool=$tool-\${words[at+1]}
    elif [[ $tool != eu*-* ]]; then
      tool=mallee-$tool
    fi
    (( at == 3 )) && return
  fi
  if [[ $cur == --*=* ]]; then
    prev=\${cur%%=*} value=\${cur#*=}
    compset -P 1 '*='
  fi
  _mallee_spec "$tool"
  for word in \${=spec}; do
    case $word in
      :*) [[ -z $place ]] && place=\${word#:} ;;
      *=*) flags+=("\${word%%=*}"); [[ \${word%%=*} == "$prev" ]] && { kind=\${word#*=}; found=yes; } ;;
      *) flags+=("$word") ;;
    esac
  done
  if [[ -z $found ]]; then
    if [[ $cur == -* ]]; then
      compadd -a flags
      return
    fi
    kind=$place
  fi
  case $kind in
    F) _files ;;
    D) _files -/ ;;
    @*) list=(\${(f)"$(mallee complete "\${kind#@}" 2>/dev/null </dev/null)"}); compadd -a list ;;
    %*) list=(\${(s:,:)kind#%}); [[ $value == *=* ]] || compadd -S '' -a list ;;
    *) list=(\${(s:,:)kind}); compadd -a list ;;
  esac
}
if [[ $funcstack[1] == _mallee ]]; then _mallee "$@"; elif (( $+functions[compdef] )); then compdef _mallee ${toolNames(specs).join(' ')}; fi
`

const fishScript = (specs: readonly Spec[]): string => {
  const { shared, lines, tools } = tableOf(specs)
  return `# Completion of mallee's tools for fish, as \`mallee completion fish\` printed it.
${shared.map((words, index) => `set -g __mallee_shared_${index} ${words}`).join('\n')}
set -g __mallee_tools ${tools.join(' ')}
function __mallee_spec
    switch $argv[1]
${lines.map(({ name, words, shared: index }) => `        case ${name}\n            string split ' ' -- '${words}' $__mallee_shared_${index}`).join('\n')}
    end
end
function __mallee_complete
    set -l words (commandline -opc)
    set -l cur (commandline -ct)
    set -l tool (path basename -- $words[1])
    set -l prev $words[-1]
    if test "$tool" = mallee
        set -l help ''
        if test "$words[2]" = help
            set help yes
            set -e words[2]
        end
        if test (count $words) -eq 1
            printf '%s\\n' $__mallee_tools
            return
        end
        set tool $words[2]
        if string match -q -- "$tool-*" $__mallee_tools
            if test (count $words) -eq 2
                string replace -f -- "$tool-" '' (string match -- "$tool-*" $__mallee_tools)
                return
            end
            set tool $tool-$words[3]
        else if not string match -q 'eu*-*' -- $tool
            set tool mallee-$tool
        end
        test -n "$help"; and return
    end
    set -l start ''
    if string match -q -- '--*=*' $cur
        set prev (string replace -r '=.*' '' -- $cur)
        set start $prev=
        set cur (string replace -r '^[^=]*=' '' -- $cur)
    end
    set -l kind ''
    set -l place ''
    set -l found ''
    set -l flags
    for word in (__mallee_spec $tool)
        if string match -q -- ':*' $word
            test -z "$place"; and set place (string sub -s 2 -- $word)
        else if string match -q -- '*=*' $word
            set -l flag (string replace -r '=.*' '' -- $word)
            set -a flags $flag
            if test "$flag" = "$prev"
                set kind (string replace -r '^[^=]*=' '' -- $word)
                set found yes
            end
        else
            set -a flags $word
        end
    end
    if test -z "$found"
        if string match -q -- '-*' $cur
            printf '%s\\n' $flags
            return
        end
        set kind $place
    end
    switch $kind
        case F
            string replace -r '^' -- "$start" (__fish_complete_path $cur)
        case D
            string replace -r '^' -- "$start" (__fish_complete_directories $cur '')
        case '@*'
            string replace -r '^' -- "$start" (mallee complete (string sub -s 2 -- $kind) 2>/dev/null </dev/null)
        case '%*'
            string match -q -- '*=*' $cur; and return
            string replace -r '^' -- "$start" (string split , -- (string sub -s 2 -- $kind))
        case '?*'
            string replace -r '^' -- "$start" (string split , -- $kind)
    end
end
for tool in ${toolNames(specs).join(' ')}
    complete -c $tool -f -a '(__mallee_complete)'
end
`
}

const writers: Readonly<Record<Shell, (specs: readonly Spec[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

/** The script for a shell. */
export const completionScript = (shell: Shell, specs: readonly Spec[]): string => writers[shell](specs)
