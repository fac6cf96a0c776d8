_berth_on_exit() {
  set -- "$?"
  CLEANUP </dev/null || :
  UNDO
  return "$1"
}

# What `trap` prints evaluates as the arguments of `set`, here in a function with positional parameters of its own. All shells but
# ksh93 begin with EXIT; zsh may have a function in its place.
_berth_read() {
  case $1 in
    'trap -- '*) eval "set -- ${1#trap -- }" ;;
    'TRAPEXIT '*) eval "_berth_$1" && set -- '_berth_TRAPEXIT 0' EXIT ;;
  esac
  case ${2-} in EXIT) _berth_found=$1 ;; *) _berth_found= ;; esac
}

# bash and yash list the traps of a subshell's parent until it sets one: to fail at that is enough.
command trap - _berth 2>/dev/null || :
case ${KSH_VERSION-} in
  Version*) _berth_found=$(trap -p EXIT) ;;
  *)
    # Not $(trap), which is empty in dash, mksh and zsh; in braces, because that no file can be made shall not end the shell.
    { trap; } >|TRAPS."$$" || :
    _berth_traps=
    while IFS= read -r _berth_line; do
      _berth_traps="$_berth_traps$_berth_line
"
    done <TRAPS."$$" || :
    _berth_read "$_berth_traps"
    ;;
esac
case $_berth_found in *_berth_on_exit*) ;; *) _berth_earlier=$_berth_found ;; esac

# In a zsh function a trap on EXIT would be the function's own.
_berth_unset=:
if [ -n "${ZSH_VERSION-}" ] && eval '[[ ! -o posixtraps ]]'; then
  setopt posixtraps
  _berth_unset='unsetopt posixtraps'
fi
# The earlier trap comes last, with the $? of the job: it may exit. `&& :` is for `set -e`, the blank for an action that begins with a dash.
trap '_berth_on_exit && :
eval " $_berth_earlier"' EXIT
eval "$_berth_unset"
