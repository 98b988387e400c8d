/**
 * What makes shells ask the command for completions, by shell. Each hands over the words up to the cursor and gets one
 * candidate per line, with what it is behind a tab; where there is none, the shell completes names of files.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<string, string>> = {
  // Bash breaks words at = and :, so the line is split here, and what bash keeps is cut off again. At @ it would break
  // them in a way of its own; which is no loss.
  bash: `# Completion of purser for bash: eval "$(purser completion bash)"
COMP_WORDBREAKS=\${COMP_WORDBREAKS//@/}
_purser() {
  local line=\${COMP_LINE:0:COMP_POINT} current=\${COMP_WORDS[COMP_CWORD]} kept candidate
  local -a words
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  local word=\${words[\${#words[@]}-1]}
  [[ $current == [=:] ]] && current=''
  kept=\${word%"$current"}
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    [[ -n $candidate ]] && COMPREPLY+=("\${candidate#"$kept"}")
  done < <("\${words[0]}" complete -- "\${words[@]:1}" 2> /dev/null)
}
complete -o default -F _purser purser
`,
  zsh: `#compdef purser
# Completion of purser for zsh: source <(purser completion zsh)
_purser() {
  local line about
  local -a shown
  for line in "\${(@f)$(purser complete -- "\${(@)words[2,CURRENT]}" 2> /dev/null)}"; do
    about=\${line#*$'\\t'}
    [[ -n $line ]] && shown+=("\${\${line%%$'\\t'*}//:/\\\\:}\${about:+:$about}")
  done
  if (( \${#shown} )); then _describe purser shown; else _files; fi
}
compdef _purser purser
`,
  fish: `# Completion of purser for fish: purser completion fish | source
function __purser_candidates
  set -l words (commandline -opc) (commandline -ct)
  set -l found (purser complete -- $words[2..-1] 2> /dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c purser -f -a '(__purser_candidates)'
`,
  powershell: `# Completion of purser for PowerShell: purser completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName purser -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  $next = if ($wordToComplete -eq '') { @('--next') } else { @() }
  purser complete @next -- @words 2> $null | ForEach-Object {
    $candidate, $about = $_ -split "\`t", 2
    if (-not $about) { $about = $candidate }
    [System.Management.Automation.CompletionResult]::new($candidate, $candidate, 'ParameterValue', $about)
  }
}
`,
};
